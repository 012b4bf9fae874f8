#include "cli/actor.hpp"
#include "cli/commands.hpp"
#include "communication/api.hpp"
#include "communication/codes.hpp"
#include "directory/instance.hpp"
#include "message/catalogue.hpp"
#include "message/error.hpp"

#include <boost/json.hpp>

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
};

/// By component/type/id, or by an id alone that just one instance has; its room may be dormant, or there may be none.
directory::instance course_of(store::connection& on, const std::string& what) {
    std::vector<directory::instance> meant;
    std::string names;
    for (auto& each : directory::list_instances(on)) {
        const auto name = directory::name_of(each.key);
        if (name != what && each.key.external_id != what) continue;
        names += (names.empty() ? "" : ", ") + name;
        meant.push_back(std::move(each));
    }
    if (meant.size() > 1) throw message::error(communication::ROOM_AMBIGUOUS, {{"room", what}, {"rooms", names}});
    if (!meant.empty()) return std::move(meant.front());
    return directory::find_instance(on, communication::find_room(on, what).instance).value();
}

void groups(context& shared, const words& given) {
    auto& host = shared.host();
    directory::instance course;
    std::size_t queued = 0;
    host.database().transact([&](store::connection& on) {
        course = course_of(on, given.course);
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
