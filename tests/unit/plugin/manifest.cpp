#include "plugin/manifest.hpp"

#include "plugin/codes.hpp"
#include "plugin_fixtures.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace commhost;

namespace {

constexpr std::string_view whole = R"({
    "component": "communication_example", "version": 2026112203, "release": "1.2",
    "requires": "0.1", "supported": ["0.1", "0.9.4"], "incompatible": "2.0", "maturity": "beta",
    "dependencies": {"communication_other": 2026010100, "communication_third": "any"},
    "capabilities": ["room_user_provider", "communication_provider", "room_chat_provider"],
    "external_data": [{"destination": "privacy_server", "fields": {"email": "privacy_email"}}],
    "description": "description"
})";

/// Reads the whole manifest with one text in it replaced.
plugin::manifest read_with(std::string_view old_text, std::string_view new_text) {
    const test::temporary_folder folder;
    const auto file = folder.path() / "version.json";
    test::write_file(file, whole);
    if (!old_text.empty()) test::replace_in(file, old_text, new_text);
    return plugin::read_manifest(file);
}

std::string pointer_of_error(std::string_view old_text, std::string_view new_text) {
    const auto thrown = test::thrown_by([&] { read_with(old_text, new_text); });
    CHECK(thrown.code() == plugin::JSON_CONTENT);
    return test::argument(thrown.arguments(), "pointer");
}

}  // namespace

TEST_CASE("every field of version.json is read") {
    const auto read = read_with("", "");
    CHECK(read.component == "communication_example");
    CHECK(read.version == 2026112203);
    CHECK(read.release == "1.2");
    CHECK(read.requires_host.text() == "0.1");
    CHECK(read.supported.value().second.text() == "0.9.4");
    CHECK(read.incompatible.value().text() == "2.0");
    CHECK(read.maturity == plugin::maturity::beta);
    REQUIRE(read.dependencies.size() == 2);
    CHECK(read.dependencies[0].component == "communication_other");
    CHECK(read.dependencies[0].version == 2026010100);
    CHECK(!read.dependencies[1].version);
    CHECK(read.capabilities ==
          plugin::capability_list{plugin::capability::room_chat_provider, plugin::capability::room_user_provider});
    REQUIRE(read.external_data.size() == 1);
    CHECK(read.external_data[0].destination == "privacy_server");
    CHECK(read.external_data[0].fields.at(0) == std::pair<std::string, std::string>("email", "privacy_email"));
    CHECK(read.description == "description");
}

TEST_CASE("what is wrong in version.json is named by its place") {
    CHECK(pointer_of_error("\"release\"", "\"realease\"") == "/realease");
    CHECK(pointer_of_error("communication_example", "example") == "/component");
    CHECK(pointer_of_error("communication_example", "communication_Example") == "/component");
    CHECK(pointer_of_error("2026112203", "\"2026112203\"") == "/version");
    CHECK(pointer_of_error("2026112203", "2026132203") == "/version");
    CHECK(pointer_of_error("2026112203", "103") == "/version");
    CHECK(pointer_of_error("\"requires\": \"0.1\"", "\"requires\": \"latest\"") == "/requires");
    CHECK(pointer_of_error("[\"0.1\", \"0.9.4\"]", "[\"0.1\"]") == "/supported");
    CHECK(pointer_of_error("[\"0.1\", \"0.9.4\"]", "[\"0.3\", \"0.2\"]") == "/supported");
    CHECK(pointer_of_error("\"beta\"", "\"gamma\"") == "/maturity");
    CHECK(pointer_of_error("\"any\"", "\"some\"") == "/dependencies/communication_third");
    CHECK(pointer_of_error("communication_third", "third") == "/dependencies/third");
    CHECK(pointer_of_error("room_chat_provider", "room_provider") == "/capabilities/2");
    CHECK(pointer_of_error("room_chat_provider", "room_user_provider") == "/capabilities/2");
    CHECK(pointer_of_error("{\"email\": \"privacy_email\"}", "{}") == "/external_data/0/fields");
    CHECK(pointer_of_error(",\n    \"description\": \"description\"", "") == "(the whole document)");
}

TEST_CASE("host versions compare by their parts, and a missing patch level equals any") {
    const auto version = [](std::string_view text) { return plugin::parse_host_version(text).value(); };
    CHECK(compare(version("0.9"), version("0.10")) < 0);
    CHECK(compare(version("1.0.0"), version("0.10.9")) > 0);
    CHECK(compare(version("0.3.7"), version("0.3")) == 0);
    CHECK(compare(version("0.3.7"), version("0.3.10")) < 0);
    for (const auto* wrong : {"", "1", "1.", "1.2.3.4", "1.-2", "v1.2", "1.2 "})
        CHECK_MESSAGE(!plugin::parse_host_version(wrong), wrong);
}

TEST_CASE("a release is one line without control characters, since it stands beside what the host says") {
    for (const auto* forged : {R"("1.0\nmatrix  1.0  enabled")", R"("1\t2")", R"("1\u0085")", R"("\u202e0.1")"})
        CHECK(pointer_of_error(R"("release": "1.2")", R"("release": )" + std::string(forged)) == "/release");
    CHECK(read_with(R"("release": "1.2")", R"("release": "1.2 Übung")").release == "1.2 Übung");
}
