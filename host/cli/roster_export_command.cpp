#include "cli/commands.hpp"
#include "cli/roster_application.hpp"
#include "directory/picture.hpp"
#include "directory/stored.hpp"
#include "roster/export.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>

namespace commhost::cli {

namespace {

struct words {
    std::string source = "default";
    std::optional<std::string> output;
};

/// What is written may go to a pager that somebody reads for an hour: nothing of the database waits for that. Pictures, which are found by what is
/// in them, are read as they are written: those of a university are more than memory holds.
void write(context& shared, const words& given) {
    auto& database = shared.host().database();
    const auto stored =
        database.transact([&](store::connection& on) { return directory::read_stored(on, given.source); });
    write_document(given.output, [&](std::ostream& to) {
        roster::write_roster(to, stored, given.source, [&](std::string_view digest) {
            return directory::find_picture(*database.borrow(), digest);
        });
    });
}

}  // namespace

void add_roster_export_command(const command& rosters, context& shared) {
    const auto given = std::make_shared<words>();
    const auto made = rosters.subcommand("export", "help_roster_export");
    made.option("--source,--source-name", given->source, "help_roster_source_name").placeholder("NAME").with_default();
    made.option("--output", given->output, "help_roster_output").placeholder("FILE");
    made.examples({"commhost roster export > roster.json"}).runs([given, &shared] { write(shared, *given); });
}

}  // namespace commhost::cli
