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

TEST_CASE_FIXTURE(fixture, "a folder above that a group can write to is refused, sticky or not its owner counts") {
    fs::permissions(temporary.path(), fs::perms(0775));
    const auto thrown = test::thrown_by([&] { plugin::trusted_root(root, us); });
    CHECK(thrown.code() == plugin::PLUGIN_WRITABLE);
    CHECK(test::argument(thrown.arguments(), "file") == fs::canonical(temporary.path()).string());
    CHECK(test::argument(thrown.arguments(), "wanted") == "0755");
    fs::permissions(temporary.path(), fs::perms(0755));
    if (::geteuid() != 0) return;  // only root gives folders away
    REQUIRE(::chown(temporary.path().c_str(), 54321, 54321) == 0);
    CHECK(test::thrown_by([&] { plugin::trusted_root(root, us); }).code() == plugin::PLUGIN_OWNER);
    CHECK_NOTHROW(plugin::trusted_root(root, std::array{uid_t{54321}}));
}

TEST_CASE_FIXTURE(fixture,
                  "a file that runs with somebody's rights is refused, a folder that hands its group down is not") {
    for (const unsigned mode : {04755U, 02755U}) {
        fs::permissions(folder / "version.json", fs::perms(mode));
        const auto thrown = refusal(folder);
        CHECK(thrown.code() == plugin::PLUGIN_SET_ID);
    }
    fs::permissions(folder / "version.json", fs::perms(0644));
    fs::permissions(folder / "lang", fs::perms(02755));
    CHECK_NOTHROW(plugin::trusted_folder(folder, root, us));
}

TEST_CASE_FIXTURE(fixture, "a link to a folder is refused, for nobody would see what its files are") {
    fs::create_directory_symlink(folder / "lang/en", folder / "lang/de");
    CHECK(refusal(folder).code() == plugin::PLUGIN_FILE_KIND);
}

TEST_CASE_FIXTURE(fixture, "files are listed by name, and whatever is done to one of them shows") {
    const auto listed = [&] { return plugin::trusted_folder(folder, root, us); };
    const auto before = listed();
    REQUIRE(before.files.size() == 2);
    CHECK(before.files[0].name == "lang/en/strings.json");
    CHECK(before.files[1].name == "version.json");
    CHECK(listed().signature() == before.signature());
    fs::rename(folder / "version.json", folder / "version2.json");
    CHECK(listed().signature() != before.signature());
    fs::rename(folder / "version2.json", folder / "version.json");
    CHECK(listed().signature() != before.signature());  // the name is back, the time of the change is not
    CHECK(listed().newest() > before.newest());
}

TEST_CASE_FIXTURE(fixture, "a folder with too much in it is refused") {
    test::write_file(folder / "big", "");
    fs::resize_file(folder / "big", 300ULL * 1024 * 1024);  // a hole, which takes no room
    const auto thrown = refusal(folder);
    CHECK(thrown.code() == plugin::PLUGIN_FOLDER_SIZE);
    CHECK(test::argument(thrown.arguments(), "most") == "256 MiB");
}

TEST_CASE_FIXTURE(fixture, "a file of another user is refused") {
    // Root can give the file away; anybody else can ask as if they were somebody else.
    const bool is_root = ::geteuid() == 0;
    constexpr uid_t somebody = 54321;
    if (is_root) REQUIRE(::chown((folder / "version.json").c_str(), somebody, somebody) == 0);
    const auto thrown =
        test::thrown_by([&] { plugin::trusted_folder(folder, root, std::array{is_root ? uid_t{0} : somebody}); });
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
