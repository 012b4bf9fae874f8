#include "plugin/secrets.hpp"

#include "plugin/codes.hpp"
#include "plugin_fixtures.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <string>

using namespace commhost;
namespace fs = std::filesystem;

namespace {

struct fixture {
    test::temporary_folder folder;
    fs::path key = folder.path() / "host.key";
    std::map<std::string, std::string, std::less<>> variables;
    plugin::secrets secrets{key, [this](std::string_view name) {
                                const auto found = variables.find(name);
                                return found == variables.end() ? std::nullopt : std::optional(found->second);
                            }};
};

}  // namespace

TEST_CASE_FIXTURE(fixture, "a sealed secret opens for its purpose with its key, and not otherwise") {
    const auto sealed = secrets.seal("communication_matrix/token", "hunter2");
    CHECK(plugin::secrets::is_reference(sealed));
    CHECK(sealed.find("hunter2") == std::string::npos);
    CHECK(secrets.open("communication_matrix/token", sealed) == "hunter2");
    CHECK(secrets.seal("communication_matrix/token", "hunter2") != sealed);

    const auto code_of = [&](std::string_view purpose, const std::string& text) {
        return test::thrown_by([&] { secrets.open(purpose, text); }).code();
    };
    CHECK(code_of("communication_matrix/toke", sealed) == plugin::SECRET_SEAL);
    CHECK(code_of("communication_other/token", sealed) == plugin::SECRET_SEAL);
    auto damaged = sealed;
    damaged[damaged.size() - 8] = damaged[damaged.size() - 8] == 'A' ? 'B' : 'A';
    CHECK(code_of("communication_matrix/token", damaged) == plugin::SECRET_SEAL);
    CHECK(code_of("communication_matrix/token", "sealed:v1:short") == plugin::SECRET_SEAL);

    const fixture other;
    other.secrets.seal("x", "y");
    CHECK(test::thrown_by([&] { other.secrets.open("communication_matrix/token", sealed); }).code() ==
          plugin::SECRET_SEAL);
}

TEST_CASE_FIXTURE(fixture, "the key file is made when first needed, for its owner alone, and kept") {
    CHECK(!fs::exists(key));
    const auto sealed = secrets.seal("x", "y");
    CHECK(fs::status(key).permissions() == fs::perms(0600));
    CHECK(plugin::secrets(key).open("x", sealed) == "y");
    CHECK(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()) == 1);
}

TEST_CASE_FIXTURE(fixture, "a key file that others may read, or that holds no key, is refused") {
    const auto sealed = secrets.seal("x", "y");
    fs::permissions(key, fs::perms(0640));
    const auto thrown = test::thrown_by([&] { secrets.open("x", sealed); });
    CHECK(thrown.code() == plugin::SECRET_KEY);
    CHECK(thrown.text().find("0640") != std::string::npos);
    test::write_file(key, "not a key\n");
    fs::permissions(key, fs::perms(0600));
    CHECK(test::thrown_by([&] { secrets.open("x", sealed); }).code() == plugin::SECRET_KEY);
    CHECK(test::thrown_by([&] { plugin::secrets(folder.path() / "gone" / "key").seal("x", "y"); }).code() ==
          plugin::SECRET_KEY);
}

TEST_CASE_FIXTURE(fixture, "a reference is followed when the secret is opened") {
    const auto file = folder.path() / "token";
    test::write_file(file, "from file\n");
    fs::permissions(file, fs::perms(0640));
    CHECK(secrets.open("x", "file:" + file.string()) == "from file");
    variables["TOKEN"] = "from environment";
    CHECK(secrets.open("x", "env:TOKEN") == "from environment");
    variables["CREDENTIALS_DIRECTORY"] = folder.path();
    CHECK(secrets.open("x", "credential:token") == "from file");
    CHECK(secrets.open("x", "written in the open") == "written in the open");
}

TEST_CASE_FIXTURE(fixture, "a reference that leads nowhere is named, and what it leads to is not") {
    const auto file = folder.path() / "token";
    test::write_file(file, "hunter2");
    fs::permissions(file, fs::perms(0644));
    const auto readable = test::thrown_by([&] { secrets.open("x", "file:" + file.string()); });
    CHECK(readable.code() == plugin::SECRET_REFERENCE);
    CHECK(readable.text().find("0644") != std::string::npos);
    CHECK(readable.text().find("hunter2") == std::string::npos);
    variables["EMPTY"] = "";
    variables["CREDENTIALS_DIRECTORY"] = folder.path();
    for (const auto* reference : {"file:/nowhere/token", "file:token", "env:ABSENT", "env:EMPTY", "credential:absent",
                                  "credential:../token", "credential:"})
        CHECK_MESSAGE(test::thrown_by([&] { secrets.open("x", reference); }).code() == plugin::SECRET_REFERENCE,
                      reference);
}
