#include "homeserver.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <array>
#include <map>
#include <string>

using namespace commhost::test;
using core_communication::http_method;
using core_communication::user_id;

namespace {

std::map<std::string, boost::json::value> exported(class_room& room, user_id user) {
    std::map<std::string, boost::json::value> found;
    room.task([&](auto& provider) {
        for (auto& each : provider.export_user_data(user)) found.emplace(each.name, boost::json::parse(each.content));
    });
    return found;
}

}  // namespace

TEST_CASE("what a real server holds about a person is exported: the account, its rooms and devices") {
    auto& server = homeserver::shared();
    class_room room;
    const auto user = room.enrol();
    room.provision();
    server.log_in(room.account(user));
    const auto found = exported(room, user);
    CHECK(found.at("username") == boost::json::value(room.account(user)));
    CHECK(found.at("account").at("name") == boost::json::value(room.account(user)));
    CHECK(found.at("membership").at("joined_rooms").as_array() == boost::json::array{room.room_id()});
    CHECK(found.contains("sessions"));
    CHECK(found.contains("devices"));
    CHECK(found.contains("pushers"));
    CHECK(found.contains("account_data"));
    CHECK_FALSE(found.at("account").as_object().contains("password_hash"));
}

TEST_CASE("an erased account is deactivated and erased on a real server, has no name left, and erasing it again does "
          "no harm") {
    auto& server = homeserver::shared();
    class_room room;
    const auto user = room.enrol();
    room.provision();
    const auto erase = [&] {
        bool is_done = false;
        room.task([&](auto& provider) { is_done = provider.delete_user_data(user); });
        return is_done;
    };
    CHECK(erase());
    const auto left = server.call(http_method::get, "/_synapse/admin/v2/users/" + room.account(user));
    CHECK(left.at("deactivated") == boost::json::value(true));
    CHECK(left.at("erased") == boost::json::value(true));
    CHECK(left.at("threepids").as_array().empty());
    const auto* name = left.as_object().if_contains("displayname");
    CHECK((name == nullptr || name->is_null() || name->as_string().empty()));
    CHECK(erase());
}
