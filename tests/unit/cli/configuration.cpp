#include "cli/configuration.hpp"

#include "cli/codes.hpp"
#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "test_database.hpp"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <fstream>
#include <string>
#include <tuple>

using namespace commhost;

namespace {

/// A configuration file, and an environment that keeps the state out of the way.
struct place {
    test::temporary_folder folder;
    cli::global_flags flags;
    cli::environment_lines environment{"COMMHOST_STATE_DIRECTORY=" + (folder.path() / "state").string()};

    void write(std::string_view content) {
        flags.configuration_file = (folder.path() / "commhost.json").string();
        std::ofstream(*flags.configuration_file) << content;
    }
    cli::configuration read() { return cli::read_configuration(flags, environment); }
};

message::code refusal_of(place& at) {
    try {
        at.read();
    } catch (const message::error& refused) {
        return refused.code();
    }
    return message::code("none");
}

}  // namespace

TEST_CASE("without a file everything has its default and the state lies in its directory") {
    place at;
    at.flags.configuration_file.reset();
    at.write("{}");
    const auto found = at.read();
    CHECK(found.host.database == "sqlite:" + (at.folder.path() / "state/commhost.db").string());
    CHECK(found.host.key_file == at.folder.path() / "state/host.key");
    CHECK(found.host.members.unlisted == communication::unlisted_policy::remove);
    CHECK(found.host.default_provider.empty());
    const auto mode = std::filesystem::status(at.folder.path() / "state").permissions();
    CHECK((mode & std::filesystem::perms::all) == std::filesystem::perms::owner_all);
}

TEST_CASE("flags win over the environment, which wins over the file") {
    place at;
    at.write(R"({"database": "sqlite:/file", "log": {"level": "error"}, "default_provider": "file"})");
    CHECK(at.read().host.database == "sqlite:/file");
    at.environment.emplace_back("COMMHOST_DATABASE=sqlite:/environment");
    at.environment.emplace_back("COMMHOST_DEFAULT_PROVIDER=environment");
    CHECK(at.read().host.database == "sqlite:/environment");
    CHECK(at.read().host.default_provider == "environment");
    at.flags.database = "sqlite:/flag";
    at.flags.log_level = "debug";
    CHECK(at.read().host.database == "sqlite:/flag");
    CHECK(at.read().host.log.level == core_communication::log_level::debug);
}

TEST_CASE("the service speaks the configured language, else that of its environment") {
    place at;
    using list = std::vector<std::string>;
    CHECK(at.read().host.languages == list{"en"});
    CHECK(at.read().host.lang_folder == "/etc/commhost/lang");
    at.environment.insert(at.environment.end(), {"LANG=fr_FR.UTF-8", "COMMHOST_LANG_FOLDER=/mine"});
    CHECK(at.read().host.languages == list{"fr_fr"});
    CHECK(at.read().host.lang_folder == "/mine");
    at.write(R"({"language": "de_AT.UTF-8"})");
    CHECK(at.read().host.languages == list{"de_at"});
    at.environment.emplace_back("COMMHOST_LANGUAGE=it");
    CHECK(at.read().host.languages == list{"it"});
    at.write(R"({"language": "Klingon!"})");
    CHECK(refusal_of(at) == plugin::JSON_CONTENT);
}

TEST_CASE("everything that the file may say is read, comments are passed over") {
    place at;
    at.write(R"({
        // for people
        "plugin_roots": ["/one", "/two"],
        "language": "de",
        "lang_folder": "/own",
        "http": {"ca_file": "/ca.pem"},
        "roles": {"tutor": "moderator", "visitor": "guest"},
        "groups": {"rooms": true, "in_all": ["Tutor"]},
        "members": {"unlisted": "keep", "left": "respect", "ended": "archive_empty", "archived_name": "{name} of {year}"},
        "rooms_at_once": 3,
        "workers": {"most": 4, "age": "6h", "memory_mib": 512, "deadline": "10m", "lease": "30s"},
        "synchronise_every": "12h",
        "audit": {"keep": "30d"},
        "synchronise_within": {"hours": "22:00-05:30", "days": ["sunday", "friday"]},
        "settings": {"matrix": {"homeserver_url": "https://x.example", "moderator_level": 50, "flag": true}}
    })");
    const auto found = at.read();
    CHECK(found.host.plugin_roots == std::vector<std::filesystem::path>{"/one", "/two"});
    CHECK(found.host.languages == std::vector<std::string>{"de"});
    CHECK(found.host.lang_folder == "/own");
    CHECK(found.host.http.ca_file == "/ca.pem");
    CHECK(found.roster_roles.at("tutor") == "moderator");
    CHECK(found.roster_roles.at("visitor") == "guest");
    CHECK(found.group_rooms);
    CHECK(found.in_all_groups == std::vector<std::string>{"tutor"});
    CHECK(found.host.members.unlisted == communication::unlisted_policy::keep);
    CHECK(found.host.members.left == communication::left_policy::respect);
    CHECK(found.host.members.ended == communication::ended_policy::archive_empty);
    CHECK(found.host.members.archived_name == "{name} of {year}");
    CHECK(found.host.rooms_at_once == 3);
    CHECK(found.host.workers.most == 4);
    CHECK(found.host.workers.age == std::chrono::hours(6));
    CHECK(found.host.workers.memory_mib == 512);
    CHECK(found.host.workers.deadline == std::chrono::minutes(10));
    CHECK(found.host.workers.lease == std::chrono::seconds(30));
    CHECK(found.host.audit_keep == std::chrono::hours(24 * 30));
    CHECK(found.host.synchronise_every == std::chrono::hours(12));
    CHECK(found.host.synchronise_within.from == 22 * 60);
    CHECK(found.host.synchronise_within.until == 5 * 60 + 30);
    CHECK(found.host.synchronise_within.days == std::array{true, false, false, false, false, true, false});
    const auto& matrix = found.host.configured.at("matrix");
    CHECK(matrix.at("homeserver_url").text == "https://x.example");
    CHECK(matrix.at("moderator_level").text == "50");
    CHECK(matrix.at("flag").text == "true");
}

TEST_CASE("a time that is too short for any room is refused, with the place and what is possible") {
    place at;
    at.write("{\n\"workers\": {\n\"deadline\": \"9s\"}}");
    try {
        at.read();
        FAIL("it was taken");
    } catch (const message::error& refused) {
        CHECK(refused.code() == plugin::JSON_CONTENT);
        for (const auto* part : {"commhost.json", "3", "10s"}) CHECK(refused.text().find(part) != std::string::npos);
    }
}

TEST_CASE("a name for archived rooms has the room's own in it, on one line that leaves a place for that") {
    for (const std::string& name :
         {std::string("archived"), std::string("{name}\\n"), "{name}" + std::string(100, 'x')}) {
        place at;
        at.write(R"({"members": {"archived_name": ")" + name + "\"}}");
        CHECK(refusal_of(at) == plugin::JSON_CONTENT);
    }
}

TEST_CASE("the plugins without which no work begins are configured, the environment's over the file's") {
    place at;
    CHECK(at.read().host.required_plugins.empty());
    at.write(R"({"required_plugins": ["matrix", "customlink"]})");
    CHECK(at.read().host.required_plugins == std::vector<std::string>{"matrix", "customlink"});
    at.environment.emplace_back("COMMHOST_REQUIRED_PLUGINS=one:other");
    CHECK(at.read().host.required_plugins == std::vector<std::string>{"one", "other"});
}

TEST_CASE("who may own plugins, and which of them must be signed, is configured as everything is") {
    place at;
    at.write(R"({"plugin_owners": ["root", "4711"], "plugin_trust": "require", "trusted_keys": "/file"})");
    auto found = at.read();
    CHECK(found.host.plugin_owners == std::vector<uid_t>{0, 4711});
    CHECK(found.host.plugin_trust.policy == plugin::trust_policy::require);
    CHECK(found.host.plugin_trust.keys == "/file");
    at.environment.emplace_back("COMMHOST_PLUGIN_OWNERS=1:2");
    at.environment.emplace_back("COMMHOST_PLUGIN_TRUST=warn");
    at.environment.emplace_back("COMMHOST_TRUSTED_KEYS=/environment");
    at.flags.trusted_keys = "/flag";
    found = at.read();
    CHECK(found.host.plugin_owners == std::vector<uid_t>{1, 2});
    CHECK(found.host.plugin_trust.policy == plugin::trust_policy::warn);
    CHECK(found.host.plugin_trust.keys == "/flag");
    at.flags.plugin_trust = "off";
    CHECK(at.read().host.plugin_trust.policy == plugin::trust_policy::off);
    at.flags.plugin_trust = "sometimes";
    CHECK(refusal_of(at) == cli::CONFIGURATION_TRUST);
    at.flags.plugin_trust.reset();
    at.environment.emplace_back("COMMHOST_PLUGIN_OWNERS=no_such_user");
    CHECK(refusal_of(at) == cli::CONFIGURATION_USER);
}

TEST_CASE("a wrong word in the file is told with the file and where it stands there") {
    place at;
    for (const auto& [content, pointer, reason] :
         {std::tuple(R"({"plugin_trust": "sometimes"})", "/plugin_trust", "'sometimes' is none of off, warn, require"),
          std::tuple(R"({"log": {"level": "loud"}})", "/log/level", "'loud' is none of debug, info, warning, error"),
          std::tuple(R"({"log": {"format": "xml"}})", "/log/format", "'xml' is none of text, json"),
          std::tuple(R"({"plugin_owners": ["root", "no_such_user"]})", "/plugin_owners/1",
                     "there is no user 'no_such_user'"),
          std::tuple(R"({"settings": {"matrix": {"access_token": null}}})", "/settings/matrix/access_token",
                     "a string is wanted, found null")}) {
        at.write("// for people\n" + std::string(content));
        CAPTURE(std::string(content));
        try {
            at.read();
            FAIL("it was taken");
        } catch (const message::error& refused) {
            CHECK(refused.code() == plugin::JSON_CONTENT);
            CHECK(refused.arguments() ==
                  message::arguments{
                      {"file", *at.flags.configuration_file}, {"line", "2"}, {"pointer", pointer}, {"reason", reason}});
        }
    }
}

TEST_CASE("nothing said about trust means that nobody looks, and where the keys are") {
    place at;
    at.write("{}");
    CHECK(at.read().host.plugin_trust.policy == plugin::trust_policy::off);
    CHECK(at.read().host.plugin_trust.keys == "/etc/commhost/trusted_keys");
    CHECK(at.read().host.plugin_owners.empty());
}

TEST_CASE("a plugin's setting may come from the environment") {
    place at;
    at.write(R"({"settings": {"my_chat": {"address": "x"}}})");
    at.environment.emplace_back("COMMHOST_SETTING_MATRIX_ACCESS_TOKEN=env:TOKEN");
    at.environment.emplace_back("COMMHOST_SETTING_MY_CHAT_ADDRESS=y");
    const auto found = at.read();
    CHECK(found.host.from_environment.at("matrix").at("access_token").text == "env:TOKEN");
    CHECK(found.host.from_environment.at("my_chat").at("address").text == "y");
}

TEST_CASE("a state directory that cannot be made is told before anything else is done") {
    place at;
    at.write("{}");
    std::ofstream(at.folder.path() / "state") << "a file is in its place";
    CHECK(refusal_of(at) == cli::CONFIGURATION_STATE);
}

TEST_CASE("a file that is not there, not JSON, or says what is unknown is refused") {
    place at;
    at.flags.configuration_file = "/nonexistent/commhost.json";
    CHECK(refusal_of(at) == cli::CONFIGURATION_MISSING);
    for (const auto* content : {"",
                                "{",
                                "[]",
                                R"({"databas": "x"})",
                                R"({"rooms_at_once": 0})",
                                R"({"rooms_at_once": 65})",
                                R"({"workers": {"most": 0}})",
                                R"({"workers": {"memory_mib": 31}})",
                                R"({"workers": {"age": "soon"}})",
                                R"({"workers": {"age": "0s"}})",
                                R"({"workers": {"deadline": "9s"}})",
                                R"({"workers": {"deadline": 600}})",
                                R"({"workers": {"lease": "9s"}})",
                                R"({"synchronise_every": "x"})",
                                R"({"synchronise_within": {"hours": "22-5"}})",
                                R"({"synchronise_within": {"days": ["someday"]}})",
                                R"({"synchronise_within": {"days": []}})",
                                R"({"audit": {"keep": "23h"}})",
                                R"({"audit": {"kept": "2d"}})",
                                R"({"members": {"unlisted": "perhaps"}})",
                                R"({"log": {"levl": "x"}})"}) {
        CAPTURE(content);
        at.write(content);
        const auto code = refusal_of(at);
        CHECK((code == plugin::JSON_SYNTAX || code == plugin::JSON_CONTENT));
    }
}

TEST_CASE("limits of removals, absences and pauses are read") {
    place at;
    const auto usual = at.read().removals;
    CHECK(usual.limits.per_room.number == 10);
    CHECK(usual.limits.per_room.share == 0.5);
    CHECK(usual.limits.total.number == 500);
    CHECK(usual.limits.total.share == 0.1);
    CHECK(usual.absent.after_reads == 1);
    CHECK_FALSE(usual.absent.after);
    CHECK(at.read().host.members.pauses.empty());

    at.write(R"({"removals": {"per_room": {"number": 3}, "total": {}, "after_reads": 4, "after": "48h"},
                 "pauses": [{"from": "2027-07-01", "until": "2027-08-20T12:00:00Z", "what": "removals"}]})");
    const auto found = at.read();
    CHECK(found.removals.limits.per_room.number == 3);
    CHECK_FALSE(found.removals.limits.per_room.share);
    CHECK_FALSE(found.removals.limits.total.number);
    CHECK(found.removals.absent.after_reads == 4);
    CHECK(found.removals.absent.after == std::chrono::hours(48));
    REQUIRE(found.host.members.pauses.size() == 1);
    CHECK(found.host.members.pauses[0].from == 1'814'400'000'000);
    CHECK(found.host.members.pauses[0].until == 1'818'763'200'000);

    at.write(R"({"removals": {"after": "48h"}})");
    CHECK_FALSE(at.read().removals.absent.after_reads);
}

TEST_CASE("limits and pauses that mean nothing are refused") {
    place at;
    for (const char* text :
         {R"({"removals": {"per_room": {"share": 0}}})", R"({"removals": {"per_room": {"share": 1.5}}})",
          R"({"removals": {"per_room": {"share": "half"}}})", R"({"removals": {"per_room": {"number": -1}}})",
          R"({"removals": {"per_day": {}}})", R"({"removals": {"after_reads": 0}})",
          R"({"removals": {"after": "soon"}})",
          R"({"pauses": [{"from": "2027-07-01", "until": "2027-06-01", "what": "removals"}]})",
          R"({"pauses": [{"from": "July", "until": "2027-08-20", "what": "removals"}]})",
          R"({"pauses": [{"from": "2027-07-01", "until": "2027-08-20", "what": "everything"}]})",
          R"({"pauses": [{"from": "2027-07-01", "what": "removals"}]})"}) {
        CAPTURE(text);
        at.write(text);
        CHECK(refusal_of(at) == plugin::JSON_CONTENT);
    }
}
