#include "plugin/package.hpp"

#include "plugin/codes.hpp"
#include "plugin/folder_files.hpp"
#include "plugin_fixtures.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

using namespace commhost;
namespace fs = std::filesystem;

namespace {

struct packed {
    std::string name;
    std::string content = {};
    mode_t kind = AE_IFREG;
    std::string link = {};
    bool hard = false;
};

/// A manifest as far as a package needs one.
const std::string manifest = text::read_file(test::faults / "good/version.json", 100'000);

struct fixture {
    /// Writes an archive of the form that its name says.
    fs::path archive_of(const std::string& file, const std::vector<packed>& entries) const {
        const auto path = folder.path() / file;
        auto* to = ::archive_write_new();
        if (path.extension() == ".zip") {
            ::archive_write_set_format_zip(to);
        } else {
            ::archive_write_set_format_pax_restricted(to);
            if (path.extension() == ".gz") ::archive_write_add_filter_gzip(to);
            if (path.extension() == ".xz") ::archive_write_add_filter_xz(to);
        }
        REQUIRE(::archive_write_open_filename(to, path.c_str()) == ARCHIVE_OK);
        for (const auto& each : entries) {
            auto* entry = ::archive_entry_new();
            ::archive_entry_set_pathname(entry, each.name.c_str());
            ::archive_entry_set_filetype(entry, each.kind);
            ::archive_entry_set_perm(entry, 0777);
            if (each.kind == AE_IFREG && !each.hard)
                ::archive_entry_set_size(entry, static_cast<la_int64_t>(each.content.size()));
            if (each.kind == AE_IFLNK) ::archive_entry_set_symlink(entry, each.link.c_str());
            if (each.hard) ::archive_entry_set_hardlink(entry, each.link.c_str());
            // It warns of a name that is no text in this program's locale, and writes it.
            REQUIRE(::archive_write_header(to, entry) >= ARCHIVE_WARN);
            if (!each.content.empty())
                REQUIRE(::archive_write_data(to, each.content.data(), each.content.size()) ==
                        static_cast<la_ssize_t>(each.content.size()));
            ::archive_entry_free(entry);
        }
        REQUIRE(::archive_write_close(to) == ARCHIVE_OK);
        ::archive_write_free(to);
        return path;
    }

    /// Into an empty folder each time.
    fs::path unpack(const fs::path& source) const {
        fs::remove_all(into);
        fs::create_directory(into);
        return plugin::unpack(source, into);
    }

    message::error refused(const fs::path& source) {
        const auto thrown = test::thrown_by([&] { unpack(source); });
        CHECK(test::argument(thrown.arguments(), "source") == source.string());
        return thrown;
    }

    /// What stands against an entry, in English.
    std::string reason_against(const packed& entry, const char* format = "bad.tar.gz") {
        const auto thrown = refused(archive_of(format, {{"good/version.json", manifest}, entry}));
        CHECK(thrown.code() == plugin::PLUGIN_PACKAGE_ENTRY);
        return test::argument(thrown.arguments(), "reason");
    }

    test::temporary_folder folder;
    fs::path into = folder.path() / "into";
};

}  // namespace

TEST_CASE_FIXTURE(fixture,
                  "a folder is copied under its name, links as the files they lead to, for nobody else to write") {
    const auto source = test::install("good", folder.path() / "elsewhere");
    fs::create_symlink("version.json", source / "also.json");
    fs::permissions(source / "version.json", fs::perms(0666));
    const auto unpacked = unpack(source);
    CHECK(unpacked == into / "good");
    CHECK(fs::symlink_status(unpacked / "also.json").type() == fs::file_type::regular);
    CHECK(text::read_file(unpacked / "also.json", 100'000) == manifest);
    CHECK(fs::exists(unpacked / "libcommunication_good.so"));
    plugin::list_files(unpacked, [](const fs::path& path, const struct stat& status) {
        CAPTURE(path);
        CHECK((status.st_mode & 07777U) == (S_ISDIR(status.st_mode) ? 0755U : 0644U));
        CHECK(status.st_uid == ::geteuid());
    });
}

TEST_CASE_FIXTURE(fixture,
                  "an archive of each kind is unpacked, with the plugin's folder in it or its files at the top") {
    for (const std::string format : {".zip", ".tar.gz", ".tar.xz"}) {
        for (const std::string top : {"good/", "./good/", "", "./"}) {
            CAPTURE(format);
            CAPTURE(top);
            const auto unpacked = unpack(archive_of(
                "any" + format,
                {{top + "lang/en/strings.json", "{}"}, {top + "version.json", manifest}, {top + "Lübeck", "x"}}));
            CHECK(unpacked == into / "good");
            CHECK(text::read_file(unpacked / "version.json", 100'000) == manifest);
            CHECK(text::read_file(unpacked / "lang/en/strings.json", 100) == "{}");
            CHECK(fs::exists(unpacked / "Lübeck"));
            CHECK(fs::status(unpacked / "version.json").permissions() == fs::perms(0644));
        }
    }
}

TEST_CASE_FIXTURE(fixture, "the plugin has the component's name where the folder's is none that a plugin can have") {
    CHECK(unpack(archive_of("a.zip", {{"good-1.0/version.json", manifest}})) == into / "good");
    CHECK_MESSAGE(unpack(archive_of("b.zip", {{"other/version.json", manifest}})) == into / "other",
                  "whoever looks at it finds that its component is another");
}

TEST_CASE_FIXTURE(fixture, "nothing of an archive gets outside of its folder") {
    const auto leads_out = "its path leads out of the package";
    CHECK(reason_against({"../evil", "x"}) == leads_out);
    CHECK(reason_against({"good/../../evil", "x"}) == leads_out);
    CHECK(reason_against({"/evil", "x"}) == leads_out);
    CHECK(reason_against({"../evil", "x"}, "bad.zip") == leads_out);
    CHECK(reason_against({"good/link", "", AE_IFLNK, "/etc"}) == "it is a link");
    CHECK(reason_against({"good/link", "", AE_IFLNK, "version.json"}, "bad.zip") == "it is a link");
    CHECK(reason_against({"good/hard", "", AE_IFREG, "good/version.json", true}) == "it is a link");
    CHECK_FALSE(fs::exists(folder.path() / "evil"));
}

TEST_CASE_FIXTURE(fixture, "an archive holds plain files and folders, each once, under names that can be shown") {
    CHECK(reason_against({"good/pipe", "", AE_IFIFO}) == "it is a named pipe");
    CHECK(reason_against({"good/null", "", AE_IFCHR}) == "it is a device");
    CHECK(reason_against({"good/version.json", "other"}) == "it is there twice");
    CHECK(reason_against({"good/version.json/below", "x"}) == "it is there twice");
    CHECK(reason_against({"good/a\nb", "x"}) == "its name is not UTF-8 or has control characters");
    CHECK(reason_against({"good/\xff", "x"}) == "its name is not UTF-8 or has control characters");
}

TEST_CASE_FIXTURE(fixture, "an archive that holds too much is refused when so much came out, whatever it says") {
    const std::string zeros(60'000'000, '\0');
    std::vector<packed> bomb{{"good/version.json", manifest}};
    for (int part = 0; part < 5; ++part) bomb.push_back({"good/" + std::to_string(part), zeros});
    const auto large = archive_of("large.tar.gz", bomb);
    CHECK(fs::file_size(large) < 1'000'000);
    const auto size = refused(large);
    CHECK(size.code() == plugin::PLUGIN_PACKAGE_SIZE);
    CHECK(test::argument(size.arguments(), "most") == "256 MiB");

    std::vector<packed> many{{"good/version.json", manifest}};
    for (int file = 0; file < 1000; ++file) many.push_back({"good/" + std::to_string(file), "x"});
    const auto number = refused(archive_of("many.zip", many));
    CHECK(number.code() == plugin::PLUGIN_PACKAGE_SIZE);
    CHECK(test::argument(number.arguments(), "most") == "1000 files and folders");
}

TEST_CASE_FIXTURE(fixture, "what is no archive, cut off or changed on its way is told as such") {
    test::write_file(folder.path() / "plain.zip", "no archive");
    CHECK(refused(folder.path() / "plain.zip").code() == plugin::PLUGIN_PACKAGE_READ);
    CHECK(refused(folder.path() / "nowhere").code() == plugin::PLUGIN_PACKAGE_READ);
    REQUIRE(::mkfifo((folder.path() / "pipe").c_str(), 0600) == 0);
    CHECK(refused(folder.path() / "pipe").code() == plugin::PLUGIN_PACKAGE_READ);

    const auto whole = text::read_file(
        archive_of("whole.tar.gz", {{"good/version.json", manifest}, {"good/x", std::string(10'000, 'x')}}), 100'000);
    test::write_file(folder.path() / "half.tar.gz", whole.substr(0, whole.size() / 2));
    CHECK(refused(folder.path() / "half.tar.gz").code() == plugin::PLUGIN_PACKAGE_READ);

    auto changed = text::read_file(archive_of("whole.zip", {{"good/version.json", manifest}}), 100'000);
    changed[changed.find("capabilities") == std::string::npos ? 100 : changed.find("capabilities")] ^= 1;
    test::write_file(folder.path() / "changed.zip", changed);
    CHECK(refused(folder.path() / "changed.zip").code() == plugin::PLUGIN_PACKAGE_READ);
}

TEST_CASE_FIXTURE(fixture, "a package holds one plugin") {
    for (const std::vector<packed>& entries :
         {std::vector<packed>{{"good/version.json", manifest}, {"other/version.json", manifest}},
          std::vector<packed>{{"good/version.json", manifest}, {"README", "x"}},
          std::vector<packed>{{"deep/good/version.json", manifest}}, std::vector<packed>{{"README", "x"}}}) {
        CHECK(refused(archive_of("odd.zip", entries)).code() == plugin::PLUGIN_PACKAGE_LAYOUT);
    }
    CHECK(refused(fs::canonical(folder.path())).code() == plugin::PLUGIN_PACKAGE_LAYOUT);
}
