#include "communication/leavers.hpp"

#include "communication/accounts.hpp"
#include "communication/erasure.hpp"
#include "directory/user.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

using namespace commhost;
using communication::kept_standing;
using communication::leaver;
using communication::standing_in;
using communication::told_account;
using core_communication::account_origin;
using core_communication::user_id;

namespace {

/// People with accounts that the provider "fake" has made, of whom the roster says how they are.
struct school : test::world {
    user_id know(const std::string& name, account_origin origin = account_origin::made,
                 const std::string& provider = "fake") {
        say(name, directory::user_status::active);
        const auto user = directory::find_user(*database->borrow(), name).value().id;
        database->transact([&](store::connection& on) {
            communication::record_accounts(on, provider, std::map<user_id, told_account>{{user, {"@" + name, origin}}});
        });
        return user;
    }

    void say(const std::string& name, directory::user_status status) {
        directory::change_set changes;
        changes.source = "test";
        const bool is_new = known.insert(name).second;
        (is_new ? changes.users.inserted : changes.users.updated).push_back({name, name, "", "", name, "", status});
        database->transact([&](store::connection& on) { directory::apply(on, changes, clock.now()); });
    }
    void suspend(const std::string& name) { say(name, directory::user_status::suspended); }
    void bring_back(const std::string& name) { say(name, directory::user_status::active); }

    std::vector<leaver> leavers(const std::string& word, std::size_t most = 50, user_id behind = {}) {
        return communication::leavers_of(*database->borrow(), "fake", word, behind, most);
    }
    std::size_t follow(const std::set<std::string>& people) {
        return database->transact(
            [&](store::connection& on) { return communication::follow_leavers(on, people, clock.now()); });
    }
    bool keep(const std::vector<leaver>& done) {
        return database->transact([&](store::connection& on) {
            return communication::record_standings(on, "fake", done, {"worker", "task 7", ""}, clock.now());
        });
    }
    std::size_t look() {
        return database->transact(
            [&](store::connection& on) { return communication::look_at_leavers(on, clock.now()); });
    }
    void begin(const std::string& word) {
        const auto asked = leavers(word);
        database->transact([&](store::connection& on) { communication::record_begun(on, "fake", word, asked); });
    }
    /// As the worker does where the provider does all.
    void see_to(const std::string& word) { keep(leavers(word)); }

    std::vector<std::string> audit_rows() {
        std::vector<std::string> rows;
        for (const auto& each : audit::list(*database->borrow(), {}, 100))
            rows.insert(rows.begin(),
                        each.what.action + " " + each.what.before.value_or("-") + " " + each.what.after.value_or("-"));
        return rows;
    }

    std::set<std::string> known;
};

kept_standing kept(const std::string& decided, const std::string& applied, bool is_refused = false) {
    return {decided, is_refused, applied, ""};
}

}  // namespace

TEST_CASE("what is kept of an account is read as it was written") {
    for (const auto& each : {kept("", ""), kept("nothing", ""), kept("lock", "lock"), kept("lock", "", true),
                             kept("deactivate", "lock", true)})
        CHECK(standing_in(to_text(each)) == each);
    CHECK(to_text(kept("deactivate", "lock", true)) == "!deactivate lock");
}

TEST_CASE("what is to be done follows from what was done, who has left and what the provider is set to do") {
    struct row {
        const char *stored, *word;
        bool has_left;
        const char* becomes;  ///< "-": there is nothing to do.
        bool asks_provider;
    };
    for (const auto& [stored, word, has_left, becomes, asks_provider] :
         {row{"", "lock", false, "-", false}, row{"", "lock", true, "lock", true},
          row{"lock", "lock", true, "-", false}, row{"lock", "lock", false, "", true},
          row{"lock", "nothing", false, "", true}, row{"lock", "deactivate", true, "deactivate", true},
          row{"lock", "nothing", true, "-", false}, row{"", "nothing", true, "nothing", false},
          row{"nothing", "nothing", true, "-", false}, row{"nothing", "lock", true, "lock", true},
          row{"nothing", "lock", false, "", false}, row{"!lock", "lock", true, "-", false},
          row{"!lock", "suspend", true, "suspend", true}, row{"!lock", "lock", false, "", false},
          row{"!deactivate lock", "deactivate", false, "", true}}) {
        CAPTURE(stored);
        CAPTURE(word);
        CAPTURE(has_left);
        const auto next = communication::next_step(standing_in(stored), has_left, word);
        CHECK((next ? to_text(next->becomes) : "-") == becomes);
        CHECK((next && next->asks_provider) == asks_provider);
    }
}

TEST_CASE("what was begun is taken back as if it were applied, and is begun again as ours") {
    struct row {
        const char *stored, *begun, *word;
        bool has_left;
        const char *told, *becomes, *begun_then;
    };
    for (const auto& [stored, begun, word, has_left, told, becomes, begun_then] :
         {row{"", "lock", "lock", false, "lock", "", ""}, row{"", "lock", "lock", true, "lock", "lock", ""},
          row{"", "lock", "deactivate", true, "lock", "deactivate", ""},
          row{"", "lock", "nothing", true, "", "nothing", "lock"},
          row{"nothing", "lock", "nothing", false, "lock", "", ""},
          // Opened for somebody who was back, and has left again: nobody knows whether it is open.
          row{"lock", "lock", "lock", true, "lock", "lock", ""},
          // One word stands, another may: a step for each.
          row{"lock", "deactivate", "lock", false, "deactivate", "lock", ""},
          row{"lock", "deactivate", "deactivate", true, "lock", "deactivate", ""},
          row{"lock", "deactivate", "lock", true, "deactivate", "lock", ""},
          row{"lock", "deactivate", "suspend", true, "deactivate", "suspend", "lock"}}) {
        CAPTURE(stored);
        CAPTURE(begun);
        CAPTURE(word);
        CAPTURE(has_left);
        const auto next = communication::next_step(standing_in(stored, begun), has_left, word);
        REQUIRE(next);
        CHECK(next->asks_provider == (*told != 0));
        CHECK(next->applied == told);
        CHECK(to_text(next->becomes) == becomes);
        CHECK(next->becomes.begun == begun_then);
    }
}

TEST_CASE("whoever is back before anybody saw what became of a call has the account opened") {
    school at;
    const auto ada = at.know("ada");
    at.suspend("ada");
    at.begin("lock");
    at.bring_back("ada");
    CHECK(at.follow({"ada"}) == 1);
    CHECK(at.look() == 1);
    const auto found = at.leavers("lock");
    REQUIRE(found.size() == 1);
    CHECK(found[0].user == ada);
    CHECK_FALSE(found[0].has_left);
    CHECK(found[0].next.applied == "lock");
    at.see_to("lock");
    CHECK(at.follow({"ada"}) == 0);
    CHECK(at.look() == 0);
    CHECK(at.leavers("lock").empty());
}

TEST_CASE("whoever leaves again while the account is being opened has it closed") {
    school at;
    at.know("ada");
    at.suspend("ada");
    at.see_to("lock");
    at.bring_back("ada");
    at.begin("lock");
    at.suspend("ada");
    CHECK(at.follow({"ada"}) == 1);
    const auto found = at.leavers("lock");
    REQUIRE(found.size() == 1);
    CHECK(found[0].has_left);
}

TEST_CASE("it is told where somebody came back, or left, while the provider was at work") {
    school at;
    at.know("ada");
    at.know("bob");
    at.suspend("ada");
    at.suspend("bob");
    CHECK_FALSE(at.keep(at.leavers("lock", 1)));
    const auto bob = at.leavers("lock");
    at.bring_back("bob");
    CHECK(at.keep(bob));
    const auto back = at.leavers("lock");
    at.suspend("bob");
    CHECK(at.keep(back));
}

TEST_CASE("who is back, who has left, and whom a call was begun about are told apart") {
    school at;
    for (const auto* each : {"back", "left", "begun"}) at.know(each);
    at.suspend("back");
    at.see_to("lock");
    at.bring_back("back");
    at.suspend("begun");
    const auto chosen = [&](const communication::leaver_choice& which) {
        std::string accounts;
        for (const auto& each : communication::leavers_of(*at.database->borrow(), "fake", "lock", {}, 50, which))
            accounts += each.account;
        return accounts;
    };
    CHECK(chosen({true, {}}) == "@begun");
    at.database->transact([&](store::connection& on) {
        communication::record_begun(on, "fake", "lock",
                                    communication::leavers_of(on, "fake", "lock", {}, 50, {true, {}}));
    });
    at.suspend("left");
    CHECK(chosen({true, false}) == "@left");
    CHECK(chosen({true, true}) == "@begun");
    CHECK(chosen({false, {}}) == "@back");
    CHECK(chosen({false, true}).empty());
    CHECK(chosen({}) == "@back@left@begun");
}

TEST_CASE("a word for what becomes of leavers is short and plain") {
    for (const auto* word : {"nothing", "lock", "lock_and_hide"}) CHECK(communication::is_standing(word));
    for (const auto* word : {"", "Lock", "lock it", "!lock", "lock1", "abcdefghijklmnopqrstuvwxyzabcdefg"})
        CHECK_FALSE(communication::is_standing(word));
}

TEST_CASE("the accounts of those who have left are closed once, and opened when they are back, with a row each") {
    school at;
    const auto ada = at.know("ada");
    at.know("bob");
    CHECK(at.leavers("lock").empty());
    at.suspend("ada");
    const auto found = at.leavers("lock");
    REQUIRE(found.size() == 1);
    CHECK(found[0].user == ada);
    CHECK(found[0].account == "@ada");
    CHECK(found[0].has_left);
    at.see_to("lock");
    CHECK(at.leavers("lock").empty());
    at.bring_back("ada");
    const auto back = at.leavers("lock");
    REQUIRE(back.size() == 1);
    CHECK_FALSE(back[0].has_left);
    CHECK(back[0].now.applied == "lock");
    at.see_to("lock");
    CHECK(at.leavers("lock").empty());
    CHECK(at.audit_rows() == std::vector<std::string>{R"(account_closed - {"standing":"lock"})",
                                                      R"(account_reopened {"standing":"lock"} -)"});
}

TEST_CASE("whoever has an account of their own, is merged into somebody or is being erased is no leaver") {
    school at;
    at.know("own", account_origin::found);
    const auto erased = at.know("erased");
    at.know("kept");
    for (const auto* each : {"own", "erased", "kept"}) at.suspend(each);
    at.database->transact([&](store::connection& on) { communication::begin_erasure(on, erased, at.clock.now()); });
    const auto found = at.leavers("lock");
    REQUIRE(found.size() == 1);
    CHECK(found[0].account == "@kept");

    directory::change_set merged;
    merged.source = "test";
    merged.users.updated.push_back({"kept", "kept", "", "", "kept", "", directory::user_status::suspended, {}, "own"});
    at.database->transact([&](store::connection& on) { directory::apply(on, merged, at.clock.now()); });
    CHECK(at.leavers("lock").empty());
}

TEST_CASE("where a provider leaves leavers alone that is kept, and nobody is told") {
    school at;
    at.know("ada");
    at.suspend("ada");
    CHECK(at.follow({"ada"}) == 1);
    at.see_to("nothing");
    CHECK(at.follow({"ada"}) == 0);
    CHECK(at.leavers("nothing").empty());
    CHECK(at.audit_rows().empty());
    // Set to another thing, it has somebody to see to.
    CHECK(at.leavers("lock").size() == 1);
}

TEST_CASE("a refusal for good is a row, and is asked about no more") {
    school at;
    at.know("ada");
    at.suspend("ada");
    auto refused = at.leavers("lock");
    refused.at(0).next.becomes = {"lock", true, ""};
    at.keep(refused);
    CHECK(at.leavers("lock").empty());
    CHECK(at.audit_rows() == std::vector<std::string>{"account_not_closed - -"});
    at.bring_back("ada");
    at.see_to("lock");
    CHECK(at.audit_rows().size() == 1);  // there was nothing to open
}

TEST_CASE("portions go through everybody, each once") {
    school at;
    for (int number = 0; number < 5; ++number) {
        at.know("p" + std::to_string(number));
        at.suspend("p" + std::to_string(number));
    }
    std::vector<std::string> seen;
    user_id behind{};
    for (auto some = at.leavers("lock", 2); !some.empty(); some = at.leavers("lock", 2, behind)) {
        for (const auto& each : some) seen.push_back(each.account);
        behind = some.back().user;
    }
    CHECK(seen == std::vector<std::string>{"@p0", "@p1", "@p2", "@p3", "@p4"});
}

TEST_CASE("a change of people is a task for each provider that may have to do with it, and for no other") {
    school at;
    at.know("ada");
    at.know("bob", account_origin::made, "other");
    CHECK(at.follow({"ada", "bob"}) == 0);
    at.suspend("ada");
    CHECK(at.follow({"ada", "bob"}) == 1);
    CHECK(at.follow({"bob", "nobody"}) == 0);
    CHECK(at.look() == 1);
    at.see_to("lock");
    CHECK(at.follow({"ada"}) == 0);
    CHECK(at.look() == 1);  // for what the provider may be set to do by now
    at.bring_back("ada");
    CHECK(at.follow({"ada"}) == 1);
    CHECK(at.look() == 1);
    at.see_to("lock");
    CHECK(at.look() == 0);
}

TEST_CASE("another account in the place of one that was closed is open") {
    school at;
    const auto ada = at.know("ada");
    at.suspend("ada");
    at.see_to("lock");
    at.bring_back("ada");
    at.begin("lock");
    at.suspend("ada");
    at.database->transact([&](store::connection& on) {
        communication::record_accounts(on, "fake",
                                       std::map<user_id, told_account>{{ada, {"@countess", account_origin::made}}});
    });
    const auto found = at.leavers("lock");
    REQUIRE(found.size() == 1);
    CHECK(found[0].account == "@countess");
    CHECK(found[0].now == kept_standing{});
}

TEST_CASE("what is kept of an account is kept of that one alone") {
    school at;
    const auto ada = at.know("ada");
    at.suspend("ada");
    const auto found = at.leavers("lock");
    at.database->transact([&](store::connection& on) {
        communication::record_accounts(on, "fake",
                                       std::map<user_id, told_account>{{ada, {"@countess", account_origin::made}}});
    });
    at.keep(found);
    CHECK(at.leavers("lock").size() == 1);
}
