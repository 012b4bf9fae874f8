#include "plugin/signed_content.hpp"

#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "text/file_content.hpp"
#include "text/sha256.hpp"
#include "text/utf8.hpp"

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

namespace commhost::plugin {

namespace {

namespace fs = std::filesystem;

constexpr std::array every_policy{trust_policy::off, trust_policy::warn, trust_policy::require};
constexpr std::size_t most_bytes = std::size_t{1024} * 1024;

/// One of the two files, with the content that was read before.
std::string content_of(const fs::path& folder, std::string_view name, const checksums& found) {
    const auto file = folder / name;
    const auto known = found.find(name);
    if (known == found.end()) throw message::error(SIGNATURE_MISSING, {{"file", file.string()}});
    try {
        auto content = text::read_file(file, most_bytes);
        if (text::sha256(content) != known->second) throw message::error(PLUGIN_CHANGED, {{"file", file.string()}});
        return content;
    } catch (const std::system_error& failed) {
        throw message::error(SIGNATURE_INVALID, {{"file", file.string()}, {"reason", failed.code().message()}});
    }
}

void verify(const fs::path& file, std::string_view content, const minisign_signature& signature,
            std::span<const trusted_key> keys) {
    const auto signer = std::find_if(keys.begin(), keys.end(),
                                     [&](const trusted_key& each) { return each.key.id == signature.key_id; });
    if (signer == keys.end()) throw message::error(SIGNATURE_KEY, {{"file", file.string()}, {"id", signature.key_id}});
    signature.verify(content, signer->key);
}

}  // namespace

std::string_view to_string(trust_policy which) {
    switch (which) {
        case trust_policy::off: return "off";
        case trust_policy::warn: return "warn";
        case trust_policy::require: return "require";
    }
    return "unknown";
}

std::optional<trust_policy> parse_trust_policy(std::string_view name) {
    for (const auto each : every_policy)
        if (to_string(each) == name) return each;
    return std::nullopt;
}

signature_verdict judge_signature(const fs::path& folder, const checksums& found, std::span<const trusted_key> keys) {
    signature_verdict verdict;
    try {
        const auto stated = content_of(folder, checksum_file, found);
        verdict.faults = compare_checksums(parse_checksums(stated, folder / checksum_file), found, folder);
        const auto file = folder / signature_file;
        const auto text = content_of(folder, signature_file, found);
        try {
            const auto signature = parse_minisign_signature(text);
            verify(file, stated, signature, keys);
            if (!verdict.faults.empty()) return verdict;
            verdict.signed_by = signature.key_id;
            constexpr std::size_t longest = 200;
            verdict.trusted_comment = text::printable(signature.trusted_comment, longest);
        } catch (const minisign_fault& fault) {
            throw message::error(SIGNATURE_INVALID, {{"file", file.string()}, {"reason", fault.what()}});
        }
    } catch (const message::error& fault) {
        verdict.faults.emplace_back(fault);
    }
    return verdict;
}

}  // namespace commhost::plugin
