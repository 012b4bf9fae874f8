#include "audit/audit.hpp"
#include "cli/cause_words.hpp"
#include "cli/codes.hpp"
#include "cli/commands.hpp"
#include "cli/shown_audit.hpp"
#include "cli/time_words.hpp"
#include "communication/api.hpp"
#include "communication/codes.hpp"
#include "directory/instance.hpp"
#include "directory/person.hpp"
#include "message/error.hpp"

#include <boost/json.hpp>

#include <charconv>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

namespace commhost::cli {

namespace {

namespace json = boost::json;

struct audit_words {
    std::optional<std::string> room, user, since, until, action;
    int limit = 100;
};

/// A room that is not there any more is known by its number, its instance by name. Throws message::error (ROOM_UNKNOWN for what the audit
/// does not know either).
audit::filter of_room(store::connection& on, const std::string& what) {
    audit::filter which;
    try {
        const auto room = communication::find_room(on, what);
        which.room = room.id;
        which.instance = static_cast<std::int64_t>(room.instance);
        return which;
    } catch (const message::error& failed) {
        if (failed.code() != communication::ROOM_UNKNOWN) throw;
        std::int64_t number = 0;
        const auto [end, wrong] = std::from_chars(what.data(), what.data() + what.size(), number);
        if (wrong == std::errc() && end == what.data() + what.size()) which.room = audit::communication_id{number};
        for (const auto& each : directory::instances_called(on, what))
            which.instance = static_cast<std::int64_t>(each.id);
        if ((!which.room && !which.instance) || audit::list(on, which, 1).empty()) throw;
        return which;
    }
}

audit::filter filter_of(store::connection& on, const audit_words& given, store::milliseconds_utc now) {
    auto which = given.room ? of_room(on, *given.room) : audit::filter{};
    if (given.user) which.user = directory::find_person(on, *given.user).id;
    if (given.since) which.since = time_of(*given.since, "--since", now);
    if (given.until) which.until = time_of(*given.until, "--until", now);
    which.action = given.action;
    return which;
}

void list(context& shared, const audit_words& given) {
    auto& host = shared.host();
    const auto on = host.database().borrow();
    // One more than wanted tells whether there are more.
    auto rows = audit::list(*on, filter_of(*on, given, host.clock().now()), std::int64_t{given.limit} + 1);
    const bool more = rows.size() > static_cast<std::size_t>(given.limit);
    if (more) rows.pop_back();
    const shown_audit shown(*on, rows);
    if (shared.out.json()) {
        json::array documents;
        for (const auto& each : rows) documents.push_back(shown.document(each));
        shared.out.document(json::object{{"audit", std::move(documents)}, {"more", more}});
        return;
    }
    std::vector<std::vector<std::string>> table;
    for (const auto& each : rows)
        table.push_back({time_text(each.at), each.what.by.actor, cause_in_words(each.what.by.cause),
                         message::word_of("audit_action", each.what.action), shown.about(each),
                         each.what.before.value_or(""), each.what.after.value_or(""), each.what.by.reason});
    shared.out.table({"heading_at", "heading_who", "heading_cause", "heading_what", "heading_about", "heading_before",
                      "heading_after", "heading_reason"},
                     table);
    if (more) shared.out.note(message::phrase("audit_more", {{"number", std::to_string(given.limit)}}));
}

}  // namespace

void add_audit_command(const command& program, context& shared) {
    const auto given = std::make_shared<audit_words>();
    const auto made = program.subcommand("audit", "help_audit");
    made.option("--room", given->room, "help_audit_room");
    made.option("--user", given->user, "help_audit_user");
    made.option("--since", given->since, "help_audit_since");
    made.option("--until", given->until, "help_audit_until");
    made.option("--action", given->action, "help_audit_action");
    made.option("--limit", given->limit, "help_audit_limit").between(1, 1'000'000).with_default();
    made.examples(
        {"commhost audit --room physics-1 --since 7d", "commhost audit --user u17 --action membership_removed"});
    made.runs([given, &shared] { list(shared, *given); });
}

}  // namespace commhost::cli
