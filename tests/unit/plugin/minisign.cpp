#include "plugin/minisign.hpp"

#include "plugin_fixtures.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace commhost;

namespace {

// Made with minisign 0.11 of Debian 12, of a file that holds "hello\n".
constexpr std::string_view key_file = "untrusted comment: minisign public key 6E3AB41DD6802EAC\n"
                                      "RWSsLoDWHbQ6bkmCulsuHDNM82ZSA/1aJKdOT9vvTiilSLOgzF7xrjDY\n";
constexpr std::string_view prehashed =
    "untrusted comment: signature from minisign secret key\n"
    "RUSsLoDWHbQ6bg5Vtj4Q7i663qlgX0IMPS6jS9zrI55BYtmhohQHDlPow44Px6dCYVOciOVfdtXbNJ/iI/g8drMgtKHWMXF8yAk=\n"
    "trusted comment: example 1.0.0\n"
    "FGwFRq9jVTgWj77NdboD4jg8CsiROZlX9B1qwNbkVi8bUnewTyOVZppqAzVAK5A5MFnAxDmDSOIn8Mlqe1pjCA==\n";
constexpr std::string_view legacy =
    "untrusted comment: signature from minisign secret key\n"
    "RWSsLoDWHbQ6bgoiHJBeNr/Ng3BLeVXl16nZDOsq5lhmDPec6CFaiNS1zDirmdPtixa9TLgcYAfQwZ7vVyc49I8TQ2k0xI8/xwY=\n"
    "trusted comment: timestamp:1795481292\tfile:SHA256SUMS\n"
    "MaQ+dv+Ka2q6ObHAiQVRuU5Z9/KKDrznDMoenocrQ16vpGqWr+RlwiS9O2PUzE6llS28oEKpelV+zLXoDLqqBw==\n";

const auto key = plugin::parse_minisign_key(key_file);

std::string with(std::string_view text, std::string_view old_part, std::string_view new_part) {
    std::string changed(text);
    return changed.replace(changed.find(old_part), old_part.size(), new_part);
}

/// Why a signature is not taken; empty when it is.
std::string fault_of(std::string_view signature, std::string_view content = "hello\n") {
    try {
        plugin::parse_minisign_signature(signature).verify(content, key);
    } catch (const plugin::minisign_fault& fault) {
        return fault.what();
    }
    return {};
}

}  // namespace

TEST_CASE("a key is read from its file and from the line that projects publish") {
    CHECK(key.id == "6E3AB41DD6802EAC");
    CHECK(key.comment == "minisign public key 6E3AB41DD6802EAC");
    CHECK(plugin::parse_minisign_key("RWSsLoDWHbQ6bkmCulsuHDNM82ZSA/1aJKdOT9vvTiilSLOgzF7xrjDY").key == key.key);
    CHECK(plugin::parse_minisign_key(with(key_file, "\n", "\r\n")).key == key.key);
}

TEST_CASE("what is no key is refused") {
    for (const auto& wrong :
         {std::string(), std::string("hello"), std::string("\n\n\n"), with(key_file, "untrusted", "trusted"),
          with(key_file, "RWS", "RUS"), with(key_file, "rjDY", "rjD"), std::string(key_file) + "more\n",
          std::string(prehashed)}) {
        CAPTURE(wrong);
        CHECK_THROWS_AS(plugin::parse_minisign_key(wrong), plugin::minisign_fault);
    }
}

TEST_CASE("signatures of both algorithms are right for their content and for no other") {
    CHECK(fault_of(prehashed).empty());
    CHECK(fault_of(legacy).empty());
    CHECK(plugin::parse_minisign_signature(prehashed).trusted_comment == "example 1.0.0");
    CHECK(plugin::parse_minisign_signature(prehashed).prehashed);
    CHECK(!plugin::parse_minisign_signature(legacy).prehashed);
    for (const auto signature : {prehashed, legacy}) {
        CHECK(fault_of(signature, "hello") == "it does not belong to this content");
        CHECK(fault_of(signature, "") == "it does not belong to this content");
    }
}

TEST_CASE("a signature does not pass for one of the other algorithm") {
    CHECK(fault_of(with(prehashed, "RUSs", "RWSs")) == "it does not belong to this content");
    CHECK(fault_of(with(legacy, "RWSs", "RUSs")) == "it does not belong to this content");
}

TEST_CASE("a changed trusted comment is seen, a changed untrusted one means nothing") {
    CHECK(fault_of(with(prehashed, "example 1.0.0", "example 1.0.1")) == "its trusted comment was changed");
    CHECK(fault_of(with(prehashed, "example 1.0.0", "")) == "its trusted comment was changed");
    CHECK(fault_of(with(prehashed, "from minisign", "of somebody")).empty());
}

TEST_CASE("what is no signature is refused") {
    for (const auto& wrong :
         {std::string(), std::string("hello"), std::string(key_file), with(prehashed, "untrusted", "xtrusted"),
          with(prehashed, "\ntrusted", "\nTrusted"), with(prehashed, "RUS", "RVS"), with(prehashed, "yAk=", "yAk"),
          with(prehashed, "pjCA==", "pjCA"), std::string(prehashed) + "more\n"}) {
        CAPTURE(wrong);
        CHECK(!fault_of(wrong).empty());
    }
    CHECK(fault_of(with(prehashed, "RUSsLoD", "RUSsLoE")).starts_with("it was made with the key "));
}
