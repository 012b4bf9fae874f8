#include "roster/package.hpp"

#include "roster_fixture.hpp"
#include "test_database.hpp"

#include <doctest/doctest.h>
#include <zip.h>

#include <filesystem>
#include <string>
#include <vector>

using namespace commhost;
using test::refusal;
using test::write_file;

namespace {

using members = std::vector<std::pair<std::string, std::string>>;

std::filesystem::path make_zip(const test::temporary_folder& folder, const members& files) {
    const auto path = folder.path() / "package.zip";
    zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
    REQUIRE(archive != nullptr);
    for (const auto& [name, content] : files) {
        zip_source_t* source = zip_source_buffer(archive, content.data(), content.size(), 0);
        REQUIRE(zip_file_add(archive, name.c_str(), source, 0) >= 0);
    }
    REQUIRE(zip_close(archive) == 0);
    return path;
}

}  // namespace

TEST_CASE("files are found without regard to case, in a folder and in a zip") {
    const test::temporary_folder folder;
    std::filesystem::create_directory(folder.path() / "in");
    write_file(folder.path() / "in" / "Manifest.CSV", "m");
    write_file(folder.path() / "in" / "userProfiles.csv", "p");
    const auto zip = make_zip(folder, {{"Manifest.CSV", "m"}, {"userProfiles.csv", "p"}});
    for (const auto& path : {folder.path() / "in", zip}) {
        CAPTURE(path);
        const auto package = roster::open_package(path);
        CHECK(package->find("userprofiles.csv") == "userProfiles.csv");
        CHECK(package->read("userProfiles.csv") == "p");
        CHECK(package->find("users.csv") == std::nullopt);
    }
}

TEST_CASE("a package may lie in a subfolder, with other things beside it") {
    const test::temporary_folder folder;
    const auto package = roster::open_package(make_zip(folder, {{"readme.txt", "x"},
                                                                {"export/", ""},
                                                                {"export/manifest.csv", "m"},
                                                                {"export/users.csv", "u"},
                                                                {"users.csv", "another"},
                                                                {"__MACOSX/export/._manifest.csv", "x"},
                                                                {"export/old/manifest.csv", "old"}}));
    CHECK(package->read(package->find("manifest.csv").value()) == "m");
    CHECK(package->read(package->find("users.csv").value()) == "u");
    std::filesystem::create_directories(folder.path() / "out" / "export");
    write_file(folder.path() / "out" / "export" / "manifest.csv", "m");
    CHECK(roster::open_package(folder.path() / "out")->read("manifest.csv") == "m");
}

TEST_CASE("a package without a manifest, or with two, is refused") {
    const test::temporary_folder folder;
    CHECK(refusal([&] { roster::open_package(folder.path()); }).starts_with("ROSTER_NO_MANIFEST: "));
    CHECK(refusal([&] {
              roster::open_package(make_zip(folder, {{"users.csv", "u"}}));
          }).starts_with("ROSTER_NO_MANIFEST: "));
    CHECK(refusal([&] {
              roster::open_package(make_zip(folder, {{"a/manifest.csv", "1"}, {"b/manifest.csv", "2"}}));
          }).starts_with("ROSTER_FILE_TWICE: "));
    CHECK(refusal([&] {
              roster::open_package(make_zip(folder, {{"manifest.csv", "1"}, {"users.csv", "2"}, {"Users.csv", "3"}}));
          }).starts_with("ROSTER_FILE_TWICE: "));
}

TEST_CASE("a zip with a path that leads out of it is refused") {
    const test::temporary_folder folder;
    for (const std::string name : {"../users.csv", "a/../../users.csv", "/etc/users.csv", "..\\users.csv", "a/.."}) {
        CAPTURE(name);
        const auto zip = make_zip(folder, {{"manifest.csv", "m"}, {name, "u"}});
        CHECK(refusal([&] { roster::open_package(zip); }).starts_with("ROSTER_ZIP: "));
    }
}

TEST_CASE("a member that unpacks to more than a package may hold is refused before the memory is full") {
    const test::temporary_folder folder;
    const auto zip =
        make_zip(folder, {{"manifest.csv", "m"}, {"users.csv", std::string(roster::largest_file + 1, 'x')}});
    REQUIRE(std::filesystem::file_size(zip) < (1u << 20));
    const auto package = roster::open_package(zip);
    CHECK(refusal([&] { package->read("users.csv"); }).starts_with("ROSTER_SIZE: "));
}

TEST_CASE("what counts is what comes out of a member, not what the zip says of its size") {
    const test::temporary_folder folder;
    const auto path =
        make_zip(folder, {{"manifest.csv", "m"}, {"users.csv", std::string(roster::largest_file + 1, 'x')}});
    auto bytes = test::whole_file(path);
    // The size in little endian, 0x10000001, in both of the member's headers, becomes 10.
    static_assert(roster::largest_file + 1 == 0x10000001);
    int changed = 0;
    const std::string real("\x01\0\0\x10", 4);
    for (auto at = bytes.find(real); at != std::string::npos; at = bytes.find(real, at), ++changed)
        bytes.replace(at, 4, "\x0A\0\0\0", 4);
    REQUIRE(changed == 2);
    write_file(path, bytes);
    CHECK(refusal([&] { roster::open_package(path)->read("users.csv"); }).starts_with("ROSTER_SIZE: "));
}

TEST_CASE("a damaged zip is refused") {
    const test::temporary_folder folder;
    const auto path = make_zip(folder, {{"manifest.csv", std::string(5000, 'm') + "n"}});
    const auto bytes = test::whole_file(path);
    write_file(path, bytes.substr(0, bytes.size() / 2));
    CHECK(refusal([&] { roster::open_package(path); }).starts_with("ROSTER_ZIP: "));
    auto changed = bytes;
    changed[45] = static_cast<char>(changed[45] ^ 0x55);
    write_file(path, changed);
    CHECK(refusal([&] { roster::open_package(path)->read("manifest.csv"); }).starts_with("ROSTER_ZIP: "));
}

TEST_CASE("a file beyond the limit is refused while it is read") {
    const test::temporary_folder folder;
    write_file(folder.path() / "x", std::string(1000, 'x'));
    CHECK(roster::read_file(folder.path() / "x", 1000).size() == 1000);
    CHECK(refusal([&] { roster::read_file(folder.path() / "x", 999); }).starts_with("ROSTER_SIZE: "));
    CHECK(refusal([&] { roster::read_file(folder.path() / "y", 999); }).starts_with("ROSTER_READ: "));
}
