#include "cli/actor.hpp"
#include "cli/commands.hpp"
#include "communication/api.hpp"
#include "directory/instance.hpp"
#include "message/catalogue.hpp"

#include <boost/json.hpp>

#include <cstddef>
#include <memory>
#include <string>

namespace commhost::cli {

namespace {

namespace json = boost::json;

struct words {
    std::string course;
    std::string mode;
};

void groups(context& shared, const words& given) {
    auto& host = shared.host();
    directory::instance course;
    std::size_t queued = 0;
    host.database().transact([&](store::connection& on) {
        course = communication::find_instance(on, given.course);
        if (given.mode.empty()) return;
        const auto now = host.clock().now();
        const auto concerned = directory::set_group_rooms(on, course.id, given.mode == "on", now);
        record_instance(
            on, course.id, "instance_changed",
            before_and_after::between({{"group_rooms", course.group_rooms}}, {{"group_rooms", given.mode == "on"}}),
            now);
        queued = communication::follow(on, concerned, host.settings().default_provider, task::lane::interactive, now);
        course.group_rooms = given.mode == "on";
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
    made.examples({"commhost room groups physics-1", "commhost room groups physics-1 on"});
    made.runs([given, &shared] { groups(shared, *given); });
}

}  // namespace commhost::cli
