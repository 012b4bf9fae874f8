#include "communication/room_audit.hpp"

#include "audit/audit.hpp"
#include "communication/accounts.hpp"
#include "directory/user.hpp"
#include "world.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace commhost;
using core_communication::room_role;

namespace {

using lines = std::vector<std::string>;

/// What the audit has been told since it was last asked, the oldest first: "action who before -> after".
class told {
  public:
    explicit told(test::world& of) : world_(of) {}

    lines now() {
        const auto on = world_.database->borrow();
        lines found;
        for (const auto& [id, at, what] : audit::list(*on, {}, 1000)) {
            if (id <= last_) break;
            const auto user = what.about.user ? directory::find_user(*on, *what.about.user) : std::nullopt;
            found.push_back(fmt::format("{} {} {} -> {}", what.action, user ? user->record.username : "-",
                                        what.before.value_or("-"), what.after.value_or("-")));
        }
        const auto newest = audit::list(*on, {}, 1);
        if (!newest.empty()) last_ = newest.front().id;
        std::reverse(found.begin(), found.end());
        return found;
    }

  private:
    test::world& world_;
    std::int64_t last_ = 0;
};

}  // namespace

TEST_CASE("the audit has the room, each account, each person put in, given a role and taken out") {
    test::world world;
    told audit(world);
    world.enrol({{"ada", room_role::member}, {"eve", room_role::owner}});
    world.reconcile();
    CHECK(audit.now() == lines{R"(account_made ada - -> {"account":"@ada"})",
                               R"(account_made eve - -> {"account":"@eve"})", "room_made - - -> -",
                               R"(put_into_room ada - -> {"role":"member"})",
                               R"(put_into_room eve - -> {"role":"owner"})"});
    world.enrol({{"eve", room_role::moderator}});
    world.reconcile();
    CHECK(audit.now() == lines{"taken_out_of_room ada - -> -", R"(room_role_given eve - -> {"role":"moderator"})"});
}

TEST_CASE("a row says who did it, because of what, and in which room") {
    test::world world;
    world.enrol({{"ada", room_role::member}});
    world.reconcile();
    const auto newest = audit::list(*world.database->borrow(), {}, 1).at(0);
    CHECK(newest.at == world.clock.now());
    CHECK(newest.what.by.actor == "worker");
    CHECK(newest.what.about.room == world.room().id);
    CHECK(newest.what.about.instance == static_cast<std::int64_t>(world.room().instance));
    CHECK(newest.what.about.kind == audit::subject_kind::membership);
    CHECK(newest.what.about.name == "fake");
}

TEST_CASE("where nothing is done nothing is recorded") {
    test::world world;
    told audit(world);
    world.enrol({{"ada", room_role::member}});
    world.reconcile();
    audit.now();
    world.reconcile();
    CHECK(audit.now() == lines{});
}

TEST_CASE("what was refused is not recorded as done") {
    test::world world;
    told audit(world);
    world.server.refused_usernames = {"ada"};
    world.server.refused_members = {"@eve"};
    world.enrol({{"ada", room_role::member}, {"eve", room_role::member}});
    world.reconcile();
    CHECK(audit.now() == lines{R"(account_made eve - -> {"account":"@eve"})", "room_made - - -> -"});
}

TEST_CASE("an account that was there before is recorded as found, and once") {
    test::world world;
    told audit(world);
    world.server.foreign_accounts = {"@ada"};
    world.enrol({{"ada", room_role::member}});
    world.reconcile();
    CHECK(audit.now().at(0) == R"(account_found ada - -> {"account":"@ada"})");
    world.enrol({{"ada", room_role::member}}, "chemistry");
    world.reconcile("chemistry");
    CHECK(audit.now() == lines{"room_made - - -> -", R"(put_into_room ada - -> {"role":"member"})"});
}

TEST_CASE("an account that is another person's is not recorded") {
    test::world world;
    world.enrol({{"ada", room_role::member}, {"eve", room_role::member}});
    const auto room = world.room();
    const auto ada = directory::find_user(*world.database->borrow(), "ada").value().id;
    const auto eve = directory::find_user(*world.database->borrow(), "eve").value().id;
    told audit(world);
    const communication::room_audit of({"worker"}, room);
    const std::map<core_communication::user_id, communication::told_account> accounts{{ada, {"@x"}}, {eve, {"@y"}}};
    const std::vector refused{ada};
    world.database->transact([&](store::connection& on) {
        of.record_accounts(on, {{eve, "@old"}}, accounts, refused, world.clock.now());
    });
    CHECK(audit.now() == lines{R"(account_found eve {"account":"@old"} -> {"account":"@y"})"});
}

TEST_CASE("somebody of no roster who is taken out is named by the account") {
    test::world world;
    told audit(world);
    world.enrol({{"ada", room_role::member}});
    world.reconcile();
    audit.now();
    world.server_room().members["@stranger"] = room_role::member;
    world.reconcile();
    CHECK(audit.now() == lines{R"(taken_out_of_room - {"account":"@stranger"} -> -)"});
}

TEST_CASE("who is found in the room, and who is gone from it, without us is recorded so") {
    test::world world;
    told audit(world);
    world.enrol({{"ada", room_role::member}, {"eve", room_role::member}});
    world.reconcile();
    audit.now();
    world.server_room().members.erase("@eve");
    world.enrol({{"ada", room_role::member}});
    world.reconcile();
    CHECK(audit.now() == lines{"gone_from_room eve - -> -"});

    world.server_room().members["@eve"] = room_role::member;
    world.enrol({{"ada", room_role::member}, {"eve", room_role::member}});
    world.reconcile();
    CHECK(audit.now() == lines{R"(found_in_room eve - -> {"role":"member"})"});
}

TEST_CASE("who never got into the room is not gone from it") {
    test::world world;
    told audit(world);
    world.server.refused_usernames = {"ada"};
    world.enrol({{"ada", room_role::member}});
    world.reconcile();
    audit.now();
    world.enrol({});
    world.reconcile();
    CHECK(audit.now() == lines{});
}

TEST_CASE("a room that is lost on the server, and made again, is recorded, and so is a new name of an account") {
    test::world world;
    told audit(world);
    world.enrol({{"ada", room_role::member}});
    world.reconcile();
    audit.now();
    world.server.rooms.clear();
    world.reconcile();
    CHECK(audit.now() ==
          lines{"room_lost - - -> -", "room_made - - -> -", R"(put_into_room ada - -> {"role":"member"})"});
    world.rename("ada", "Ada King");
    world.reconcile();
    CHECK(audit.now() == lines{"account_updated ada - -> -"});
}

TEST_CASE("whoever has left by a complete read is known to have, and by an incomplete one is not") {
    test::world world;
    world.rules.left = communication::left_policy::respect;
    world.enrol({{"ada", room_role::member}, {"eve", room_role::member}});
    world.reconcile();
    world.server_room().members.erase("@eve");
    world.server.read_is_complete = false;
    world.reconcile();
    CHECK(!world.known("eve").presence);
    world.server.read_is_complete = true;
    world.reconcile();
    CHECK(world.known("eve").presence == core_communication::presence::left);
    CHECK(!world.known("ada").presence);
    world.server_room().members["@eve"] = room_role::member;
    world.reconcile();
    CHECK(!world.known("eve").presence);
}
