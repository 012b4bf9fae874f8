#include "matrix/communication_feature.hpp"
#include "scripted_server.hpp"

#include <core_communication/provider_error.hpp>

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

using namespace commhost::test;
using core_communication::account_origin;
using core_communication::failure;
using core_communication::http_response;
using core_communication::user_id;

namespace {

const std::string users = "/_synapse/admin/v2/users/";
const std::string of_users = "/_synapse/admin/v1/users/";
const std::string deactivate = "POST /_synapse/admin/v1/deactivate/";

constexpr user_id ada{1};

struct school {
    school() { provider.load_for_instance(processor); }

    void give(const std::string& account) { processor.set_account(ada, account, account_origin::made); }

    std::map<std::string, std::string> exported() {
        std::map<std::string, std::string> found;
        for (auto& each : provider.export_user_data(ada)) found.emplace(each.name, each.content);
        return found;
    }

    /// What an erasure is refused for; empty when it is not.
    std::optional<failure> refused() {
        try {
            provider.delete_user_data(ada);
        } catch (const core_communication::provider_error& thrown) {
            return thrown.kind();
        }
        return std::nullopt;
    }

    bool has_deactivated() const {
        for (const auto& each : server.asked())
            if (each.starts_with(deactivate)) return true;
        return false;
    }

    /// What an export is refused for; empty when it is not.
    std::optional<failure> refused_to_tell() {
        try {
            provider.export_user_data(ada);
        } catch (const core_communication::provider_error& thrown) {
            return thrown.kind();
        }
        return std::nullopt;
    }

    /// "GET ..." -> answer; what is not there the server does not have.
    std::map<std::string, std::string> answers{
        {"GET /_matrix/client/v3/account/whoami", R"({"user_id":"@commhost:s"})"},
        {"GET " + users + "%40commhost%3As", R"({"name":"@commhost:s","admin":false})"},
        {"GET " + users + "%40root%3As", R"({"name":"@root:s","admin":true})"},
        {"GET " + users + "%40ada%3As",
         R"({"name":"@ada:s","displayname":"Ada L.","admin":false,"password_hash":"$2b$12$secret","deactivated":false,)"
         R"("erased":false,"threepids":[{"medium":"email","address":"ada@s"}]})"},
        {"GET " + of_users + "%40ada%3As/joined_rooms", R"({"joined_rooms":["!one:s"],"total":1})"},
        {"GET " + users + "%40ada%3As/devices", R"({"devices":[{"device_id":"PHONE"}],"total":1})"},
        {"GET /_synapse/admin/v1/whois/%40ada%3As", R"({"user_id":"@ada:s","devices":{}})"},
    };
    core_communication::testing::scripted_http server = server_of([this](const std::string& asked) -> http_response {
        if (asked.starts_with(deactivate)) {
            if (erases_at_once)
                answers["GET " + users + "%40ada%3As"] = R"({"name":"@ada:s","deactivated":true,"erased":true})";
            return {200, {}, R"({"id_server_unbind_result":"success"})"};
        }
        const auto found = answers.find(asked);
        if (found == answers.end()) return {404, {}, absent};
        return {200, {}, found->second};
    });
    core_communication::testing::memory_processor processor = [this] {
        core_communication::testing::memory_processor made(server, "room-key-of-the-test");
        made.set_site_settings(settings_of_matrix());
        made.set_room_settings(settings_of_matrix_room());
        made.add_person({ada, "ada", "", "", "", "", {}});
        return made;
    }();
    communication_matrix::communication_feature provider;
    bool erases_at_once = true;
    std::string absent = R"({"errcode":"M_NOT_FOUND"})";
};

}  // namespace

TEST_CASE("what the server holds is exported by the names of the manifest, and no password's hash") {
    school at;
    at.give("@ada:s");
    const auto found = at.exported();
    CHECK(found.at("username") == R"("@ada:s")");
    CHECK(found.at("display_name") == R"("Ada L.")");
    CHECK(found.at("email") == R"(["ada@s"])");
    CHECK(found.at("membership").find("!one:s") != std::string::npos);
    CHECK(found.at("devices").find("PHONE") != std::string::npos);
    CHECK(found.contains("sessions"));
    CHECK_FALSE(found.contains("pushers"));  // this server has none
    CHECK(found.at("account").find("password_hash") == std::string::npos);
}

TEST_CASE("what a version of Synapse does not have is left out of an export, and nothing that a proxy keeps from us") {
    school at;
    at.give("@ada:s");
    at.absent = R"({"errcode":"M_UNRECOGNIZED"})";
    CHECK_FALSE(at.exported().contains("pushers"));
    at.absent = "<h1>not here</h1>";
    CHECK(at.refused_to_tell() == failure::unavailable);
    at.absent = R"({"errcode":"M_FORBIDDEN"})";
    CHECK(at.refused_to_tell().has_value());
}

TEST_CASE("of whoever has no account here nothing is exported and nothing is left to erase") {
    school at;
    CHECK(at.exported().empty());
    CHECK(at.provider.delete_user_data(ada));
    at.give("@gone:s");
    CHECK(at.exported().empty());
    CHECK(at.provider.delete_user_data(ada));
    CHECK_FALSE(at.has_deactivated());
}

TEST_CASE("an account is deactivated with erasure, and once is enough") {
    school at;
    at.give("@ada:s");
    CHECK(at.provider.delete_user_data(ada));
    CHECK(at.server.body_of(deactivate + "%40ada%3As") == R"({"erase":true})");
    at.server.forget_requests();
    CHECK(at.provider.delete_user_data(ada));
    CHECK_FALSE(at.has_deactivated());
}

TEST_CASE("an erasure that the server has only begun is not done") {
    school at;
    at.erases_at_once = false;
    at.give("@ada:s");
    CHECK_FALSE(at.provider.delete_user_data(ada));
}

TEST_CASE("neither our own account nor an admin's nor one of another server is erased") {
    school at;
    SUBCASE("our own") {
        at.give("@commhost:s");
        CHECK(at.refused() == failure::conflict);
    }
    SUBCASE("an admin's") {
        at.give("@root:s");
        CHECK(at.refused() == failure::conflict);
    }
    SUBCASE("another server's") {
        at.give("@ada:elsewhere");
        CHECK(at.refused() == failure::conflict);
        CHECK(at.exported().empty());
    }
    CHECK_FALSE(at.has_deactivated());
}
