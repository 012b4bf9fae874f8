#include "homeserver.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <array>
#include <string>

using namespace commhost::test;
using core_communication::account_standing;
using core_communication::http_method;
using core_communication::user_id;

namespace {

/// Somebody with an account in a room, on a server that is set to do this to leavers.
struct leaver {
    explicit leaver(const std::string& word) : setting(word) {
        room.set_site("leavers", word);
        user = room.enrol();
        room.provision();
    }

    bool update(bool has_left, const std::string& applied) {
        room.processor().forget_verdicts();
        room.task([&](auto& provider) {
            const account_standing each{user, room.account(user), has_left, applied};
            provider.update_accounts(std::array{each});
        });
        return room.processor().synced().contains(user);
    }
    bool leave() { return update(true, ""); }
    bool leave_again() { return update(true, setting); }
    bool come_back() { return update(false, setting); }

    bool shows(const std::string& field) {
        const auto account =
            server.call(http_method::get, "/_synapse/admin/v2/users/" + room.account(user)).as_object();
        const auto* value = account.if_contains(field);
        return value != nullptr && value->is_bool() && value->get_bool();
    }

    /// Whether somebody with that token may do that.
    bool may(http_method method, const std::string& path, const boost::json::object& body, const std::string& token) {
        core_communication::http_request asked;
        asked.method = method;
        asked.url = server.at().url + path;
        asked.headers.emplace_back("Authorization", "Bearer " + token);
        if (method != http_method::get) asked.body = boost::json::serialize(body);
        return server.http().send(asked).status / 100 == 2;
    }
    /// A session of their own: a token that the admin was given for somebody outlives their deactivation.
    std::string sign_in() {
        const std::string password = "a password of the test's";
        server.call(http_method::put, "/_synapse/admin/v2/users/" + room.account(user), {{"password", password}});
        const auto given = server.call(http_method::post, "/_matrix/client/v3/login",
                                       {{"type", "m.login.password"},
                                        {"identifier", {{"type", "m.id.user"}, {"user", room.account(user)}}},
                                        {"password", password}});
        return std::string(given.at("access_token").as_string());
    }
    bool may_sync(const std::string& token) {
        return may(http_method::get, "/_matrix/client/v3/sync?timeout=0", {}, token);
    }
    bool may_write(const std::string& token) {
        return may(http_method::put,
                   "/_matrix/client/v3/rooms/" + room.room_id() + "/send/m.room.message/t" + std::to_string(++sent),
                   {{"msgtype", "m.text"}, {"body", "hello"}}, token);
    }

    homeserver& server = homeserver::shared();
    class_room room;
    std::string setting;
    user_id user{};
    int sent = 0;
};

}  // namespace

TEST_CASE("a locked account is of no use on a real server, and goes on with its session when it is unlocked") {
    leaver at("lock");
    const auto session = at.sign_in();
    CHECK(at.leave());
    CHECK(at.shows("locked"));
    CHECK_FALSE(at.may_sync(session));
    CHECK(at.leave_again());
    CHECK(at.come_back());
    CHECK_FALSE(at.shows("locked"));
    CHECK(at.may_sync(session));
    CHECK(at.may_write(session));
}

TEST_CASE("a suspended account reads on a real server and writes nothing, until its person is back") {
    leaver at("suspend");
    const auto session = at.sign_in();
    CHECK(at.leave());
    CHECK(at.shows("suspended"));
    CHECK(at.may_sync(session));
    CHECK_FALSE(at.may_write(session));
    CHECK(at.come_back());
    CHECK_FALSE(at.shows("suspended"));
    CHECK(at.may_write(session));
}

TEST_CASE("a deactivated account loses its sessions on a real server and is not erased; back, it is active and comes "
          "into rooms") {
    leaver at("deactivate");
    const auto session = at.sign_in();
    CHECK(at.leave());
    CHECK(at.shows("deactivated"));
    CHECK_FALSE(at.shows("erased"));
    CHECK_FALSE(at.may_sync(session));
    CHECK(at.leave_again());
    CHECK(at.come_back());
    CHECK_FALSE(at.shows("deactivated"));
    CHECK_FALSE(at.may_sync(session));
    at.room.provision();
    CHECK(at.may_sync(at.sign_in()));
}

TEST_CASE("an account that is closed already, or open, is looked at and not written to on a real server") {
    leaver at("lock");
    at.leave();
    at.server.take_requests();
    CHECK(at.leave_again());
    CHECK_FALSE(at.leave());  // it would be somebody else's doing
    for (const auto& each : at.server.take_requests()) {
        CAPTURE(each);
        CHECK(each.starts_with("GET "));
    }
}

TEST_CASE("what was done by another setting is taken back on a real server when the setting changes") {
    leaver at("lock");
    at.leave();
    at.room.set_site("leavers", std::string("suspend"));
    at.room.processor().forget_verdicts();
    at.room.task([&](auto& provider) {
        const account_standing each{at.user, at.room.account(at.user), true, "lock"};
        provider.update_accounts(std::array{each});
    });
    CHECK_FALSE(at.shows("locked"));
    CHECK(at.shows("suspended"));
}

TEST_CASE("the account of an admin of a real server is not closed") {
    leaver at("lock");
    at.server.call(http_method::put, "/_synapse/admin/v2/users/" + at.room.account(at.user), {{"admin", true}});
    CHECK_FALSE(at.leave());
    CHECK_FALSE(at.shows("locked"));
}
