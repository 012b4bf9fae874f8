#include "plugin/path_trust.hpp"

#include "plugin/codes.hpp"
#include "plugin_fixtures.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>

using namespace commhost;
namespace fs = std::filesystem;

namespace {

const std::array us{::geteuid()};

struct fixture {
    fixture() {
        test::write_file(folder / "version.json", "{}");
        test::write_file(folder / "lang" / "en" / "strings.json", "{}");
        for (const auto& each : {root, folder, folder / "lang", folder / "lang/en"})
            fs::permissions(each, fs::perms(0755));
    }

    message::error refusal(const fs::path& path) const {
        return test::thrown_by([&] { plugin::trusted_folder(path, root, us); });
    }

    test::temporary_folder temporary;
    fs::path root = temporary.path() / "provider";
    fs::path folder = root / "example";
};

}  // namespace

TEST_CASE_FIXTURE(fixture, "a folder that only root and the service's user can change is trusted") {
    CHECK(plugin::trusted_folder(folder, root, us).folder == fs::canonical(folder));
    CHECK_NOTHROW(plugin::trusted_root(root, us));
}

TEST_CASE_FIXTURE(fixture, "a link into a root leads to where it leads") {
    const auto link = temporary.path() / "link";
    fs::create_directory_symlink(root, link);
    CHECK(plugin::trusted_folder(link / "example", link, us).folder == fs::canonical(folder));
}

TEST_CASE_FIXTURE(fixture, "a link out of the root is refused, and so is a link out of the folder") {
    const auto outside = temporary.path() / "outside";
    test::write_file(outside / "version.json", "{}");
    fs::create_directory_symlink(outside, root / "linked");
    const auto thrown = refusal(root / "linked");
    CHECK(thrown.code() == plugin::PLUGIN_OUTSIDE_ROOT);
    CHECK(test::argument(thrown.arguments(), "resolved") == fs::canonical(outside).string());
    CHECK(refusal(root / ".." / "outside").code() == plugin::PLUGIN_OUTSIDE_ROOT);

    fs::create_symlink(folder / "version.json", folder / "inside.json");
    CHECK_NOTHROW(plugin::trusted_folder(folder, root, us));
    fs::create_symlink(outside / "version.json", folder / "settings.json");
    CHECK(refusal(folder).code() == plugin::PLUGIN_OUTSIDE_ROOT);
}

TEST_CASE_FIXTURE(fixture, "what group or others can write to is refused, at any depth") {
    const auto file = folder / "lang/en/strings.json";
    fs::permissions(file, fs::perms(0664));
    const auto thrown = refusal(folder);
    CHECK(thrown.code() == plugin::PLUGIN_WRITABLE);
    CHECK(test::argument(thrown.arguments(), "file") == fs::canonical(file).string());
    CHECK(test::argument(thrown.arguments(), "mode") == "0664");
    fs::permissions(file, fs::perms(0644));
    fs::permissions(folder, fs::perms(0757));
    CHECK(refusal(folder).code() == plugin::PLUGIN_WRITABLE);
    fs::permissions(root, fs::perms(0775));
    CHECK(test::thrown_by([&] { plugin::trusted_root(root, us); }).code() == plugin::PLUGIN_WRITABLE);
}

TEST_CASE_FIXTURE(fixture,
                  "a root below a folder in which everybody can rename is refused; a sticky one as /tmp is not") {
    fs::permissions(temporary.path(), fs::perms(0777));
    CHECK(test::thrown_by([&] { plugin::trusted_root(root, us); }).code() == plugin::PLUGIN_WRITABLE);
    fs::permissions(temporary.path(), fs::perms(01777));
    CHECK_NOTHROW(plugin::trusted_root(root, us));
}

TEST_CASE_FIXTURE(fixture, "a file of another user is refused") {
    // Root can give the file away; anybody else can ask as if they were somebody else.
    const bool is_root = ::geteuid() == 0;
    constexpr uid_t somebody = 54321;
    if (is_root) REQUIRE(::chown((folder / "version.json").c_str(), somebody, somebody) == 0);
    const auto thrown = test::thrown_by([&] { plugin::trusted_folder(folder, root, std::array{is_root ? uid_t{0} : somebody}); });
    CHECK(thrown.code() == plugin::PLUGIN_OWNER);
    if (is_root) CHECK(test::argument(thrown.arguments(), "owner") == "54321");
    if (is_root) CHECK_NOTHROW(plugin::trusted_folder(folder, root, std::array{somebody}));
}

TEST_CASE_FIXTURE(fixture, "what is neither file nor folder is refused") {
    REQUIRE(::mkfifo((folder / "settings.json").c_str(), 0600) == 0);
    CHECK(refusal(folder).code() == plugin::PLUGIN_FILE_KIND);
}

TEST_CASE_FIXTURE(fixture, "a folder with far too many files is refused, and one that is not there") {
    for (int count = 0; count < 1001; ++count) test::write_file(folder / ("file" + std::to_string(count)), "");
    CHECK(refusal(folder).code() == plugin::PLUGIN_FOLDER_SIZE);
    CHECK(refusal(root / "absent").code() == plugin::PLUGIN_FOLDER_READ);
}
