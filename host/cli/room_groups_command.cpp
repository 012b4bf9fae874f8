#include "cli/actor.hpp"
#include "cli/codes.hpp"
#include "cli/commands.hpp"
#include "cli/confirmation.hpp"
#include "communication/api.hpp"
#include "directory/instance.hpp"
#include "directory/membership.hpp"
#include "message/catalogue.hpp"

#include <boost/json.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

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

/// Asks where it takes people out of the course's room and puts them into no other one.
void confirm_groups(context& shared, const words& given) {
    auto& host = shared.host();
    const auto on = host.database().borrow();
    const auto course = communication::find_instance(*on, given.course);
    if (course.group_rooms) return;
    require_groups(*on, course);
    const auto leaving = directory::members_without_group(*on, course.id, host.clock().now()).size();
    if (leaving > 0)
        confirm(message::phrase("room_groups_question", {{"name", course.name}, {"number", std::to_string(leaving)}}),
                given.yes);
}

void groups(context& shared, const words& given) {
    auto& host = shared.host();
    const bool on_wanted = given.mode == "on";
    if (on_wanted) confirm_groups(shared, given);
    directory::instance course;
    std::size_t queued = 0;
    host.database().transact([&](store::connection& on) {
        course = communication::find_instance(on, given.course);
        if (given.mode.empty() || course.group_rooms == on_wanted) return;
        if (on_wanted) require_groups(on, course);
        const auto now = host.clock().now();
        const auto concerned = directory::set_group_rooms(on, course.id, on_wanted, now);
        record_instance(on, course.id, "instance_changed",
                        before_and_after::between({{"group_rooms", course.group_rooms}}, {{"group_rooms", on_wanted}}),
                        now);
        queued = communication::follow(on, concerned, host.settings().default_provider, task::lane::interactive, now);
        course.group_rooms = on_wanted;
    });
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
