// A public key and a signature of minisign.

#include "plugin/minisign.hpp"

#include "expectation.hpp"
#include "target.hpp"

namespace commhost::fuzz {

namespace {

/// Of nobody: whatever the input, this key did not sign it.
const auto key = plugin::parse_minisign_key("RWSsLoDWHbQ6bkmCulsuHDNM82ZSA/1aJKdOT9vvTiilSLOgzF7xrjDY");

}  // namespace

void run(std::string_view input) {
    try {
        const auto read = plugin::parse_minisign_key(input);
        expect(read.id.size() == 16, "a key has an id");
    } catch (const plugin::minisign_fault& fault) {
        expect_line(fault.what(), "a reason");
    }
    try {
        const auto read = plugin::parse_minisign_signature(input);
        expect(read.key_id.size() == 16, "a signature names its key");
        read.verify("not what was signed", key);
        expect(false, "nobody signed this");
    } catch (const plugin::minisign_fault& fault) {
        expect_line(fault.what(), "a reason");
    }
}

}  // namespace commhost::fuzz
