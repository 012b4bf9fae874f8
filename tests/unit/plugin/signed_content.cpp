#include "plugin/signed_content.hpp"

#include "plugin/codes.hpp"
#include "plugin_fixtures.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

using namespace commhost;
namespace fs = std::filesystem;

namespace {

/// A plugin folder, the real tools that sign it, and a folder of trusted keys.
struct fixture {
    fixture() {
        test::write_file(folder / "version.json", "{}");
        test::write_file(folder / "lang/en/x.json", "{}");
        make_key("author");
    }

    void shell(const std::string& command) const {
        const auto in_folder = "cd '" + folder.string() + "' && { " + command + "; } > /dev/null < /dev/null";
        REQUIRE_MESSAGE(std::system(in_folder.c_str()) == 0, command);  // NOLINT(cert-env33-c): the real tools
    }
    void make_key(const std::string& name) const {
        shell("minisign -G -W -p ../" + name + ".pub -s ../" + name + ".key");
    }
    fs::path key_file(const std::string& name) const { return temporary.path() / (name + ".pub"); }

    void sign(const std::string& flags = "", const std::string& name = "author") const {
        shell("find . -type f ! -name 'SHA256SUMS*' -print0 | xargs -0 sha256sum > ../sums && mv ../sums SHA256SUMS");
        shell("minisign -S " + flags + " -s ../" + name + ".key -m SHA256SUMS -t 'plugin 1.0.0'");
    }
    void trust(const std::string& name) {
        plugin::trusted_key added;
        CHECK(keys.add(key_file(name), added));
    }
    plugin::signature_verdict verdict() const {
        std::vector<plugin::problem> problems;
        const auto trusted = keys.read(problems);
        CHECK(problems.empty());
        return plugin::judge_signature(folder, plugin::checksums_of(plugin::list_files(folder)), trusted);
    }
    std::string faults() const { return test::codes(verdict().faults); }

    test::temporary_folder temporary;
    fs::path folder = temporary.path() / "plugin";
    plugin::trusted_keys keys{temporary.path() / "trusted" / "keys", {::geteuid()}};
};

}  // namespace

TEST_CASE_FIXTURE(fixture, "what the tools sha256sum and minisign make is taken, in both of minisign's algorithms") {
    trust("author");
    for (const auto* flags : {"", "-l"}) {
        sign(flags);
        const auto found = verdict();
        CHECK(test::codes(found.faults).empty());
        CHECK(found.signed_by.size() == 16);
        CHECK(found.trusted_comment == "plugin 1.0.0");
    }
}

TEST_CASE_FIXTURE(fixture, "a folder without checksums or without a signature is not signed") {
    trust("author");
    CHECK(faults() == "SIGNATURE_MISSING");
    sign();
    fs::remove(folder / "SHA256SUMS.minisig");
    CHECK(faults() == "SIGNATURE_MISSING");
    CHECK(verdict().signed_by.empty());
}

TEST_CASE_FIXTURE(fixture, "a signature counts as long as its key is trusted") {
    sign();
    CHECK(faults() == "SIGNATURE_KEY");
    trust("author");
    CHECK(faults().empty());
    keys.remove(verdict().signed_by);
    CHECK(faults() == "SIGNATURE_KEY");
    make_key("stranger");
    trust("stranger");
    CHECK(faults() == "SIGNATURE_KEY");
}

TEST_CASE_FIXTURE(fixture, "no byte of the folder may differ from what was signed, no file be missing or added") {
    trust("author");
    sign();
    test::write_file(folder / "lang/en/x.json", "{ }");
    CHECK(faults() == "CHECKSUM_DIFFERS");
    test::write_file(folder / "lang/en/x.json", "{}");
    CHECK(faults().empty());
    test::write_file(folder / "lang/en/y.json", "{}");
    CHECK(faults() == "CHECKSUM_UNSTATED");
    fs::rename(folder / "lang/en/y.json", folder / "version.json");
    CHECK(faults().empty());
    fs::remove(folder / "version.json");
    CHECK(faults() == "CHECKSUM_FILE_MISSING");
    CHECK(verdict().signed_by.empty());
}

TEST_CASE_FIXTURE(fixture, "checksums that were made again after signing do not help") {
    trust("author");
    sign();
    test::write_file(folder / "version.json", "{\"changed\": true}");
    const auto signature = text::read_file(folder / "SHA256SUMS.minisig", 10'000);
    sign();
    test::write_file(folder / "SHA256SUMS.minisig", signature);
    CHECK(faults() == "SIGNATURE_INVALID");
    test::write_file(folder / "SHA256SUMS.minisig", "hello");
    CHECK(faults() == "SIGNATURE_INVALID");
    test::write_file(folder / "SHA256SUMS", "hello");
    CHECK(faults() == "CHECKSUM_LINE");
}

TEST_CASE_FIXTURE(fixture, "files that change between their two reads do not count") {
    trust("author");
    sign();
    const auto before = plugin::checksums_of(plugin::list_files(folder));
    test::write_file(folder / "SHA256SUMS", "");
    std::vector<plugin::problem> problems;
    const auto found = plugin::judge_signature(folder, before, keys.read(problems));
    CHECK(test::codes(found.faults) == "PLUGIN_CHANGED");
}

TEST_CASE_FIXTURE(fixture, "a key is added once, and only a key") {
    plugin::trusted_key added;
    CHECK(keys.add(key_file("author"), added));
    CHECK(added.file == keys.folder() / (added.key.id + ".pub"));
    CHECK(!keys.add(key_file("author"), added));
    const auto refusal = [&](const fs::path& file) { return test::thrown_by([&] { keys.add(file, added); }).code(); };
    CHECK(refusal(temporary.path() / "author.key") == plugin::TRUST_KEY);
    CHECK(refusal(temporary.path() / "absent.pub") == plugin::TRUST_KEY);
    CHECK(refusal(folder) == plugin::TRUST_KEY);
    test::write_file(temporary.path() / "huge.pub", std::string(100'000, 'x'));
    CHECK(refusal(temporary.path() / "huge.pub") == plugin::TRUST_KEY);
    CHECK(test::thrown_by([&] { keys.remove("0123456789ABCDEF"); }).code() == plugin::TRUST_KEY_UNKNOWN);
}

TEST_CASE_FIXTURE(fixture, "where no key can be written, the folder and the system's reason are told") {
    test::write_file(temporary.path() / "trusted", "a file is in the folder's place");
    plugin::trusted_key added;
    const auto refused = test::thrown_by([&] { keys.add(key_file("author"), added); });
    CHECK(refused.code() == plugin::TRUST_KEYS_WRITE);
    CHECK(test::argument(refused.arguments(), "file") == keys.folder().string());
}

TEST_CASE_FIXTURE(fixture, "a file that is no key, or that others can write, is told and is no key") {
    trust("author");
    make_key("other");
    trust("other");
    std::vector<plugin::problem> problems;
    const auto both = keys.read(problems);
    REQUIRE(both.size() == 2);
    test::write_file(keys.folder() / "broken.pub", "hello");
    test::write_file(keys.folder() / "README", "not looked at");
    fs::permissions(both[0].file, fs::perms(0666));
    const auto left = keys.read(problems);
    CHECK(test::codes(problems) == "PLUGIN_WRITABLE TRUST_KEY");
    REQUIRE(left.size() == 1);
    CHECK(left[0].key.id == both[1].key.id);
}

TEST_CASE_FIXTURE(fixture,
                  "in a folder that others can write to no key is trusted, and a folder that is not there has none") {
    std::vector<plugin::problem> problems;
    CHECK(keys.read(problems).empty());
    CHECK(problems.empty());
    trust("author");
    fs::permissions(keys.folder(), fs::perms(0777));
    CHECK(keys.read(problems).empty());
    CHECK(test::codes(problems) == "PLUGIN_WRITABLE");
}

TEST_CASE("a policy is one of three words") {
    CHECK(plugin::parse_trust_policy("require") == plugin::trust_policy::require);
    CHECK(plugin::parse_trust_policy("warn") == plugin::trust_policy::warn);
    CHECK(plugin::parse_trust_policy("off") == plugin::trust_policy::off);
    CHECK(!plugin::parse_trust_policy("Require"));
    CHECK(!plugin::parse_trust_policy(""));
}
