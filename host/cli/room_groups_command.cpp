#include "cli/actor.hpp"
#include "cli/codes.hpp"
#include "cli/commands.hpp"
#include "cli/confirmation.hpp"
#include "communication/api.hpp"
#include "directory/change_set.hpp"
#include "directory/instance.hpp"
#include "directory/membership.hpp"
#include "message/catalogue.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace commhost::cli {

namespace {

namespace json = boost::json;

struct words {
    std::string course;
    std::string mode;
    bool yes = false;
};

/// Nobody looks for a room in groups that are not there: everybody would be in none.
void require_groups(store::connection& on, const directory::instance& course) {
    if (course.parent || !directory::has_groups(on, course.id))
        throw message::error(CLI_NO_GROUPS, {{"instance", directory::name_of(course.key)}, {"name", course.name}});
}

using people = std::vector<core_communication::user_id>;

/// Asks where it takes people out of the course's room and puts them into no other one. Returns them.
people confirm_groups(context& shared, const words& given) {
    auto& host = shared.host();
    const auto on = host.database().borrow();
    const auto course = communication::find_instance(*on, given.course);
    if (course.group_rooms) return {};
    require_groups(*on, course);
    auto leaving = directory::members_without_group(*on, course.id, host.clock().now());
    if (!leaving.empty())
        confirm(message::phrase("room_groups_question",
                                {{"name", course.name}, {"number", std::to_string(leaving.size())}}),
                given.yes);
    std::sort(leaving.begin(), leaving.end());
    return leaving;
}

/// Whether nobody leaves but who was asked about.
bool is_as_asked(people leaving, const people& asked) {
    std::sort(leaving.begin(), leaving.end());
    return std::includes(asked.begin(), asked.end(), leaving.begin(), leaving.end());
}

void groups(context& shared, const words& given) {
    auto& host = shared.host();
    const bool on_wanted = given.mode == "on";
    directory::instance course;
    std::size_t queued = 0;
    const auto change = [&](store::connection& on, const people& asked) {
        if (!given.mode.empty()) directory::lock_revision(on);
        course = communication::find_instance(on, given.course);
        if (given.mode.empty() || course.group_rooms == on_wanted) return true;
        const auto now = host.clock().now();
        if (on_wanted) {
            require_groups(on, course);
            if (!given.yes && !is_as_asked(directory::members_without_group(on, course.id, now), asked)) return false;
        }
        const auto concerned = directory::set_group_rooms(on, course.id, on_wanted, now);
        record_instance(on, course.id, "instance_changed",
                        before_and_after::between({{"group_rooms", course.group_rooms}}, {{"group_rooms", on_wanted}}),
                        now);
        queued = communication::follow(on, concerned, host.settings().default_provider, task::lane::interactive, now);
        course.group_rooms = on_wanted;
        return true;
    };
    // Who leaves by then and was not asked about is asked about.
    for (bool done = false; !done;) {
        const auto asked = on_wanted ? confirm_groups(shared, given) : people();
        done = host.database().transact([&](store::connection& on) { return change(on, asked); });
    }
    if (shared.out.json()) {
        shared.out.document(json::object{{"instance", directory::name_of(course.key)},
                                         {"name", course.name},
                                         {"group_rooms", course.group_rooms},
                                         {"queued", queued}});
        return;
    }
    shared.out.line(message::phrase(course.group_rooms ? "room_groups_on" : "room_groups_off",
                                    {{"name", course.name}, {"number", std::to_string(queued)}}));
}

}  // namespace

void add_room_groups_command(const command& rooms, context& shared) {
    const auto given = std::make_shared<words>();
    const auto made = rooms.subcommand("groups", "help_room_groups");
    made.option("ROOM", given->course, "help_room_name").required();
    made.option("MODE", given->mode, "help_room_groups_mode").one_of({"on", "off"});
    made.flag("--yes", given->yes, "help_yes");
    made.examples({"commhost room groups physics-1", "commhost room groups physics-1 on"});
    made.runs([given, &shared] { groups(shared, *given); });
}

}  // namespace commhost::cli
