#include "cli/commands.hpp"
#include "cli/problems.hpp"
#include "message/error.hpp"
#include "store/check.hpp"
#include "store/codes.hpp"
#include "store/copy.hpp"
#include "worker/tables.hpp"
#include "worker/upgrade.hpp"

#include <boost/json.hpp>

#include <memory>
#include <string>
#include <vector>

namespace commhost::cli {

namespace {

namespace json = boost::json;

void check(context& shared) {
    store::database database(shared.configuration().host.database);
    std::vector<plugin::problem> problems;
    for (const auto& found : store::check(database, worker::all_migrations()))
        problems.push_back({found.code(), found.arguments()});
    if (!problems.empty()) shared.status = exit_status::failed;
    if (shared.out.json()) {
        shared.out.document(json::object{{"database", database.location()}, {"problems", to_json(problems)}});
        return;
    }
    if (problems.empty())
        shared.out.line(message::phrase("database_sound", {{"database", database.location()}}));
    else
        print_problems(shared.out, problems);
}

void upgrade(context& shared, bool without_copy) {
    const auto done =
        worker::upgrade(shared.configuration().host, without_copy ? worker::copying::none : worker::copying::before);
    // A new database gets its tables, and one of a newer program is refused.
    if (!done) shared.host();
    const auto copy = done ? done->copy.string() : "";
    if (shared.out.json()) {
        shared.out.document(json::object{{"steps", done ? done->steps : 0},
                                         {"copy", copy.empty() ? json::value(nullptr) : json::value(copy)}});
    } else if (!done) {
        shared.out.line(message::phrase("database_up_to_date"));
    } else {
        shared.out.line(message::phrase("database_upgraded", {{"steps", std::to_string(done->steps)}}));
        if (!copy.empty()) shared.out.line(message::phrase("database_copied", {{"file", copy}}));
    }
}

void backup(context& shared, const std::string& file) {
    store::database database(shared.configuration().host.database);
    const auto on = database.borrow();
    if (store::state_of_tables(*on, worker::all_migrations()) == store::tables::none)
        throw message::error(store::STORE_EMPTY, {{"location", database.location()}});
    store::copy(database, *on, file);
    if (shared.out.json()) {
        shared.out.document(json::object{{"copy", file}});
    } else {
        shared.out.line(message::phrase("database_copied", {{"file", file}}));
    }
}

}  // namespace

void add_database_commands(const command& program, context& shared) {
    const auto database = program.subcommand("database", "help_database");

    database.subcommand("check", "help_database_check").examples({"commhost database check"}).runs([&shared] {
        check(shared);
    });

    const auto without_copy = std::make_shared<bool>(false);
    const auto upgrade_command = database.subcommand("upgrade", "help_database_upgrade");
    upgrade_command.flag("--no-copy", *without_copy, "help_database_no_copy");
    upgrade_command.examples({"commhost database upgrade"}).runs([without_copy, &shared] {
        upgrade(shared, *without_copy);
    });

    const auto file = std::make_shared<std::string>();
    const auto backup_command = database.subcommand("backup", "help_database_backup");
    backup_command.option("FILE", *file, "help_database_backup_file").required();
    backup_command.examples({"commhost database backup /var/backups/commhost-monday.db"}).runs([file, &shared] {
        backup(shared, *file);
    });
}

}  // namespace commhost::cli
