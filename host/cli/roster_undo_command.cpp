#include "cli/actor.hpp"
#include "cli/commands.hpp"
#include "cli/roster_application.hpp"
#include "message/error.hpp"
#include "roster/codes.hpp"
#include "roster/inverse.hpp"
#include "roster/undo.hpp"

#include <boost/json.hpp>

#include <memory>
#include <optional>
#include <string>

namespace commhost::cli {

namespace {

namespace json = boost::json;

struct words {
    std::string source = "default";
    std::optional<std::string> provider;
};

/// The first few of them.
std::string named(const std::vector<std::string>& moved) {
    constexpr std::size_t most = 5;
    std::string names;
    for (std::size_t index = 0; index < moved.size() && index < most; ++index)
        names += (names.empty() ? "'" : ", '") + moved[index] + "'";
    return names;
}

void undo(context& shared, const words& given) {
    auto& host = shared.host();
    const auto rooms = room_choice_of(shared, given.provider);
    const auto now = host.clock().now();
    std::optional<store::milliseconds_utc> of;
    const auto done = host.database().transact([&](store::connection& on) {
        const auto stored = directory::read_stored(on, given.source);
        auto last = roster::find_undo(on, given.source);
        if (const auto moved = roster::moved_since(on, last); !moved.empty())
            throw message::error(
                roster::ROSTER_UNDO_MOVED,
                {{"source", given.source}, {"number", std::to_string(moved.size())}, {"names", named(moved)}});
        of = last.at;
        // What takes this back in turn: so an undo is undone.
        auto again = roster::inverse_of(last.changes, stored);
        last.changes.revision = stored.revision;  // what an import changes meanwhile is not undone with it
        return apply_changes(on, last.changes, std::move(again), rooms, by_admin(), now);
    });
    tell_without_room(shared.out, done.without_room);
    if (shared.out.json())
        return shared.out.document(json::object{{"source", given.source},
                                                {"undone", time_json(of)},
                                                {"without_room", done.without_room},
                                                {"rooms_queued", done.queued}});
    shared.out.line(
        message::phrase("roster_undone", {{"time", time_text(of)}, {"number", std::to_string(done.queued)}}));
}

}  // namespace

void add_roster_undo_command(const command& rosters, context& shared) {
    const auto given = std::make_shared<words>();
    const auto made = rosters.subcommand("undo", "help_roster_undo");
    made.option("--source,--source-name", given->source, "help_roster_source_name").placeholder("NAME").with_default();
    made.option("--provider", given->provider, "help_roster_provider");
    made.examples({"commhost roster undo && commhost run --until-idle"}).runs([given, &shared] {
        undo(shared, *given);
    });
}

}  // namespace commhost::cli
