#include "worker/personal_export.hpp"

#include "plugin/plugin_fixtures.hpp"
#include "temporary_folder.hpp"
#include "worker/probe_process.hpp"
#include "worker/version.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>

using namespace commhost;
namespace fs = std::filesystem;

namespace {

constexpr core_communication::user_id ada{17};

/// A host with one plugin, on a database of its own.
struct fixture {
    fixture() {
        settings.database = "sqlite:" + (folder.path() / "commhost.db").string();
        settings.key_file = folder.path() / "host.key";
        settings.lang_folder = folder.path() / "lang";
    }

    worker::personal_data export_of(const std::string& account, const std::string& plugin = "erases_people") {
        const auto root = folder.path() / "provider";
        test::install(plugin, root);
        worker::host host(settings);
        // The host's own registry would start this program to probe with.
        const worker::probe_process prober(test::probe_program);
        const plugin::registry registry({{root}, worker::own_version(), {::geteuid()}}, {}, host.database(), prober,
                                        host.clock());
        return worker::export_personal_data(host, registry.find(plugin).value(), ada, account, limits,
                                            COMMHOST_PROGRAM);
    }

    test::temporary_folder folder;
    worker::host_settings settings;
    worker::child_limits limits = worker::export_limits;
};

}  // namespace

TEST_CASE_FIXTURE(fixture, "a provider tells what its server holds about an account") {
    const auto told = export_of("@ada");
    CHECK(told.refusal.empty());
    REQUIRE(told.records.size() == 2);
    CHECK(told.records[0].name == "username");
    CHECK(told.records[0].content == R"("@ada")");
    CHECK(told.records[1].name == "messages");
    CHECK(told.records[1].content == "[1,2.5,null]");
}

TEST_CASE_FIXTURE(fixture, "what a provider tells has none of its secrets, and stays JSON without them") {
    settings.configured["tells_words"] = {
        {"address", "https://chat.example"}, {"token", "12345678"}, {"names", "a, b"}};
    const auto told = export_of("@ada", "tells_words");
    CHECK(told.refusal.empty());
    REQUIRE(told.records.size() == 2);
    CHECK(told.records[0].content == R"("of @ada: ***")");
    CHECK(told.records[1].content == R"("***")");
}

TEST_CASE_FIXTURE(fixture, "a secret is blanked as a whole where a long text of a provider is cut") {
    settings.configured["tells_words"] = {
        {"address", "https://chat.example"}, {"token", "12345678"}, {"names", "a, b"}};
    const auto blanked = std::string(995, 'x') + "***";
    SUBCASE("in a record's name") {
        const auto told = export_of("@named", "tells_words");
        REQUIRE(told.records.size() == 1);
        CHECK(told.records[0].name == blanked);
    }
    SUBCASE("in the reason why it cannot tell") { CHECK(export_of("@refused", "tells_words").refusal == blanked); }
}

TEST_CASE_FIXTURE(fixture,
                  "a secret is blanked as a whole where what a provider printed in the place of its report is cut") {
    const std::string secret = "AbCdEfGhIjKlMnOpQrStUvWxYz-AbCdEfGhIjKlMnOpQrStUvWxYz-0123456789-0123456789";
    settings.configured["tells_words"] = {{"address", "https://chat.example"}, {"token", secret}, {"names", "a, b"}};
    SUBCASE("at its end") { limits.output = 1000; }
    SUBCASE("in its middle") { limits.output = 1040; }
    SUBCASE("behind its beginning") { limits.output = 1010; }
    const auto refusal = export_of("@printed", "tells_words").refusal;
    CAPTURE(refusal);
    CHECK(refusal.find("*** ***") != std::string::npos);
    CHECK(refusal.find("AbCd") == std::string::npos);
}

TEST_CASE_FIXTURE(fixture, "why a provider cannot tell is said, and costs the one who asks nothing but that") {
    std::string account;
    std::string why;
    SUBCASE("the server is away") {
        account = "@away";
        why = "the server is away";
    }
    SUBCASE("the plugin dies") {
        account = "@crasher";
        why = "it was killed by signal 6";
    }
    SUBCASE("it says what is no JSON") {
        account = "@garbled";
        why = "the record 'messages' is not in JSON";
    }
    SUBCASE("it says too much") {
        account = "@chatty";
        why = "it told more than 4096 KiB";
    }
    SUBCASE("it never answers") {
        account = "@hanger";
        limits.time = std::chrono::milliseconds(300);
        why = "it took longer than a minute and was ended";
    }
    const auto told = export_of(account);
    CHECK(told.refusal == why);
    CHECK(told.records.empty());
}

TEST_CASE_FIXTURE(fixture, "a provider whose settings are wrong is not asked") {
    settings.configured["tells_words"] = {{"address", "nowhere"}};
    const auto told = export_of("@ada", "tells_words");
    CHECK(told.refusal.find("address") != std::string::npos);
    CHECK(told.records.empty());
}
