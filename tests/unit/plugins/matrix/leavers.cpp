#include "matrix/leavers.hpp"

#include "mas_stand_in.hpp"
#include "matrix/communication_feature.hpp"
#include "matrix/mas_client.hpp"
#include "scripted_server.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

using namespace commhost::test;
using core_communication::account_standing;
using core_communication::failure;
using core_communication::http_response;
using core_communication::user_id;

namespace {

const std::string users = "/_synapse/admin/v2/users/%40";

/// A homeserver's accounts by name: what the real one is asked for, and what it answers.
struct accounts_in_memory {
    std::map<std::string, boost::json::object> known{{"ben", {{"name", "@ben:s"}}},
                                                     {"root", {{"name", "@root:s"}, {"admin", true}}}};
    bool can_lock = true;
    bool can_suspend = true;

    http_response answer(const std::string& asked, const std::string& body) {
        if (asked.ends_with("/account/whoami")) return {200, {}, R"({"user_id":"@commhost:s"})"};
        const auto told = boost::json::parse(body.empty() ? "{}" : body).as_object();
        for (auto& [name, account] : known) {
            const auto of = users + name + "%3As";
            if (asked == "PUT " + of)
                for (const auto& [field, value] : told)
                    if (field != "locked" || can_lock) account[field] = value;
            if (asked == "GET " + of || asked == "PUT " + of) return {200, {}, boost::json::serialize(account)};
            if (asked == "PUT /_synapse/admin/v1/suspend/%40" + name + "%3As" && can_suspend) {
                account["suspended"] = told.at("suspend");
                return {200, {}, "{}"};
            }
            if (asked == "POST /_synapse/admin/v1/deactivate/%40" + name + "%3As") {
                account["deactivated"] = true;
                account["erased"] = told.at("erase");
                account.erase("threepids");
                return {200, {}, "{}"};
            }
        }
        if (asked.starts_with("GET " + users) || asked.starts_with("GET /_synapse/admin/v1/threepid/"))
            return {404, {}, R"({"errcode":"M_NOT_FOUND"})"};
        return {404, {}, R"({"errcode":"M_UNRECOGNIZED"})"};
    }
};

struct school {
    explicit school(const std::string& leavers) : site(settings_of_matrix()) { site.set("leavers", leavers); }

    user_id know(const std::string& name, const std::string& email = "") {
        const user_id user{++last};
        processor.add_person({user, name, "", "", "", email, {}});
        return user;
    }

    /// What became of one account, asked in an object of its own.
    std::string update(const account_standing& of) {
        processor.set_site_settings(site);
        processor.forget_verdicts();
        communication_matrix::communication_feature provider;
        provider.load_for_instance(processor);
        provider.update_accounts(std::array{of});
        if (processor.synced().contains(of.user)) return "done";
        const auto refused = processor.failed().find(of.user);
        if (refused == processor.failed().end()) return "nothing";
        return std::string(to_string(refused->second.kind())) + ": " + refused->second.what();
    }
    std::string leave(user_id user, const std::string& account = "@ben:s", const std::string& applied = "") {
        return update({user, account, true, applied});
    }
    std::string come_back(user_id user, const std::string& applied, const std::string& account = "@ben:s") {
        return update({user, account, false, applied});
    }

    /// The requests that change something, since the last time.
    std::vector<std::string> writes() {
        std::vector<std::string> made;
        const auto& all = line.asked();
        for (; seen < all.size(); ++seen)
            if (!all[seen].starts_with("GET ")) made.push_back(all[seen]);
        return made;
    }

    accounts_in_memory server;
    core_communication::testing::scripted_http line{
        address, [this](const std::string& asked, const core_communication::http_request& request) {
            return server.answer(asked, request.body);
        }};
    core_communication::testing::memory_processor processor{line, "room-key-of-the-test"};
    core_communication::testing::memory_settings site;
    std::int64_t last = 0;
    std::size_t seen = 0;
};

using requests = std::vector<std::string>;

const std::string account = "PUT " + users + "ben%3As";
const std::string suspend = "PUT /_synapse/admin/v1/suspend/%40ben%3As";
const std::string deactivate = "POST /_synapse/admin/v1/deactivate/%40ben%3As";

}  // namespace

TEST_CASE("an account is closed as the setting says, once, and opened once when its person is back") {
    for (const auto& [word, field, request, back] :
         {std::tuple("lock", "locked", account, account), std::tuple("suspend", "suspended", suspend, suspend),
          std::tuple("deactivate", "deactivated", deactivate, account)}) {
        CAPTURE(word);
        school at(word);
        const auto ben = at.know("ben");
        auto& stored = at.server.known.at("ben");
        CHECK(at.leave(ben) == "done");
        CHECK(at.writes() == requests{request});
        CHECK(stored.at(field) == boost::json::value(true));
        CHECK(at.leave(ben, "@ben:s", word) == "done");
        CHECK(at.writes().empty());
        CHECK(at.come_back(ben, word) == "done");
        CHECK(at.writes() == requests{back});
        CHECK(stored.at(field) == boost::json::value(false));
        CHECK(at.come_back(ben, word) == "done");
        CHECK(at.writes().empty());
    }
}

TEST_CASE("a deactivated account is not erased, and gets its address back when it is active again") {
    school at("deactivate");
    const auto ben = at.know("ben", "ben@school.example");
    at.leave(ben);
    CHECK(at.server.known.at("ben").at("erased") == boost::json::value(false));
    CHECK(at.come_back(ben, "deactivate") == "done");
    CHECK(at.server.known.at("ben").at("threepids") ==
          boost::json::parse(R"([{"medium":"email","address":"ben@school.example"}])"));
}

TEST_CASE("what somebody else has done to an account is not taken back") {
    school at("lock");
    const auto ben = at.know("ben");
    at.server.known.at("ben")["deactivated"] = true;
    CHECK(at.come_back(ben, "lock") == "done");
    CHECK(at.writes().empty());
    CHECK(at.server.known.at("ben").at("deactivated") == boost::json::value(true));
}

TEST_CASE("an account that somebody else has closed as the setting says is not closed by us, who would open it again") {
    for (const auto& [word, field] :
         {std::pair("lock", "locked"), std::pair("suspend", "suspended"), std::pair("deactivate", "deactivated")}) {
        CAPTURE(word);
        school at(word);
        at.server.known.at("ben")[field] = true;
        CHECK(at.leave(at.know("ben")) == "conflict: @ben:s was closed by somebody else, who may open it again");
        CHECK(at.writes().empty());
    }
}

TEST_CASE("what was done before the setting changed is taken back once the new is done") {
    school at("suspend");
    const auto ben = at.know("ben");
    at.server.known.at("ben")["locked"] = true;
    CHECK(at.leave(ben, "@ben:s", "lock") == "done");
    CHECK(at.writes() == requests{suspend, account});
    CHECK(at.server.known.at("ben").at("locked") == boost::json::value(false));
}

TEST_CASE("where the new cannot be done the old is not taken back") {
    school at("suspend");
    const auto ben = at.know("ben");
    at.server.known.at("ben")["locked"] = true;
    at.server.can_suspend = false;
    CHECK(at.leave(ben, "@ben:s", "lock").starts_with("invalid: "));
    CHECK(at.writes() == requests{suspend});
    CHECK(at.server.known.at("ben").at("locked") == boost::json::value(true));
}

TEST_CASE("an address that was not given when the account was opened is given when it is tried again") {
    school at("deactivate");
    const auto ben = at.know("ben", "ben@school.example");
    at.leave(ben);
    at.server.known.at("ben")["deactivated"] = false;  // by a call that gave no address and whose answer was lost
    CHECK(at.come_back(ben, "deactivate") == "done");
    CHECK(at.server.known.at("ben").at("threepids") ==
          boost::json::parse(R"([{"medium":"email","address":"ben@school.example"}])"));
    at.writes();
    CHECK(at.come_back(ben, "deactivate") == "done");
    CHECK(at.writes().empty());
}

TEST_CASE("an admin's account, our own, the second one and one of another server are never closed") {
    school at("lock");
    at.site.set("second_account", std::string("@ben:s"));
    const auto who = at.know("who");
    for (const auto* each : {"@root:s", "@commhost:s", "@ben:s", "@who:elsewhere"}) {
        CAPTURE(each);
        CHECK(at.leave(who, each).starts_with("conflict: "));
    }
    CHECK(at.writes().empty());
}

TEST_CASE("an account that is gone is as wanted") {
    school at("lock");
    CHECK(at.leave(at.know("gone"), "@gone:s") == "done");
    CHECK(at.writes().empty());
}

TEST_CASE("a server that cannot do it is no reason to say that it did") {
    school at("lock");
    const auto ben = at.know("ben");
    SUBCASE("lock") {
        at.server.can_lock = false;
        CHECK(at.leave(ben) == "invalid: the server's version cannot lock the account @ben:s");
    }
    SUBCASE("suspend") {
        at.site.set("leavers", std::string("suspend"));
        at.server.can_suspend = false;
        CHECK(at.leave(ben) == "invalid: the server's version cannot suspend the account @ben:s");
    }
}

TEST_CASE("set to do nothing, the plugin asks nothing") {
    school at("nothing");
    CHECK(at.leave(at.know("ben")) == "done");
    CHECK(at.line.asked().empty());
}

TEST_CASE("where Matrix Authentication Service has the accounts they are closed and opened there") {
    communication_matrix::forget_mas_tokens();
    mas_stand_in server;
    server.add("ben");
    server.provision();
    auto line = server.http();
    core_communication::testing::memory_processor processor(line, "room-key-of-the-test");
    const user_id ben{1};
    processor.add_person({ben, "ben", "", "", "", "ben@school.example", {}});
    auto site = server.settings();
    const auto update = [&](const std::string& word, bool has_left, const std::string& applied = "") {
        site.set("leavers", word);
        processor.set_site_settings(site);
        processor.forget_verdicts();
        communication_matrix::communication_feature provider;
        provider.load_for_instance(processor);
        provider.update_accounts(std::array{account_standing{ben, "@ben:s", has_left, has_left ? applied : word}});
        return processor.synced().contains(ben);
    };
    auto& known = *server.find("ben");
    SUBCASE("locked") {
        CHECK(update("lock", true));
        CHECK(known.is_locked);
        CHECK(update("lock", true, "lock"));
        CHECK(server.changes == std::vector<std::string>{"lock ben"});
        CHECK(update("lock", false));
        CHECK_FALSE(known.is_locked);
    }
    SUBCASE("deactivated, and not erased") {
        CHECK(update("deactivate", true));
        CHECK(known.is_deactivated);
        CHECK(server.erased.empty());
        CHECK(update("deactivate", true, "deactivate"));
        CHECK(update("deactivate", false));
        CHECK(server.changes == std::vector<std::string>{"deactivate ben", "reactivate ben"});
        CHECK_FALSE(known.is_deactivated);
    }
    SUBCASE("a lock by somebody else stays when it is active again") {
        CHECK(update("deactivate", true));
        known.is_locked = true;
        CHECK(update("deactivate", false));
        CHECK_FALSE(known.is_deactivated);
        CHECK(known.is_locked);
    }
    SUBCASE("closed by somebody else it is not ours to open") {
        for (const auto* word : {"lock", "deactivate"}) {
            CAPTURE(word);
            known.is_locked = known.is_deactivated = true;
            CHECK_FALSE(update(word, true));
            CHECK(processor.failed().at(ben).kind() == failure::conflict);
        }
        CHECK(server.changes.empty());
    }
    SUBCASE("locked by somebody else, it is deactivated all the same") {
        known.is_locked = true;
        CHECK(update("deactivate", true));
        CHECK(known.is_deactivated);
    }
    SUBCASE("an admin's is not closed") {
        known.is_admin = true;
        CHECK_FALSE(update("lock", true));
        CHECK(processor.failed().at(ben).kind() == failure::conflict);
        CHECK(server.changes.empty());
    }
    SUBCASE("locked instead of deactivated, it is locked when it is active again") {
        CHECK(update("deactivate", true));
        CHECK(update("lock", true, "deactivate"));
        CHECK_FALSE(known.is_deactivated);
        CHECK(known.is_locked);
    }
    SUBCASE("suspended, which is the homeserver's") {
        CHECK(update("suspend", true));
        CHECK(server.on_homeserver.at("@ben:s").at("suspended") == boost::json::value(true));
        CHECK(server.changes.empty());
    }
    SUBCASE("an account that the service does not know is the homeserver's") {
        server.users.clear();
        CHECK(update("suspend", true));
    }
}
