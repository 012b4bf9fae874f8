#include "plugin/minisign.hpp"

#include "message/catalogue.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace commhost::plugin {

namespace {

constexpr std::size_t id_bytes = 8;
constexpr std::string_view untrusted_prefix = "untrusted comment:";
constexpr std::string_view trusted_prefix = "trusted comment: ";

using bytes = std::vector<unsigned char>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

/// Lines without their ends, CR LF among these, and without the empty ones behind the last.
std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = text.find('\n');
        auto line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        while (line.ends_with('\r')) line.remove_suffix(1);
        lines.push_back(line);
    }
    while (!lines.empty() && lines.back().empty()) lines.pop_back();
    return lines;
}

bytes from_base64(std::string_view text, std::size_t wanted, const char* what) {
    bytes decoded(wanted);
    std::size_t size = 0;
    const char* end = nullptr;
    if (::sodium_base642bin(decoded.data(), decoded.size(), text.data(), text.size(), nullptr, &size, &end,
                            sodium_base64_VARIANT_ORIGINAL) != 0 ||
        size != wanted || end != text.data() + text.size())
        throw minisign_fault(message::phrase("reason_key_base64", {{"what", message::word_of("signed_part", what)},
                                                                   {"number", std::to_string(wanted)}}));
    return decoded;
}

/// minisign keeps the id as a little-endian number and prints it as one.
std::string key_id(std::span<const unsigned char> id) {
    std::string digits;
    for (auto each = id.rbegin(); each != id.rend(); ++each) digits += fmt::format("{:02X}", *each);
    return digits;
}

std::string comment_behind(std::string_view line, std::string_view prefix) {
    if (!line.starts_with(prefix))
        throw minisign_fault(message::phrase("reason_line_begin", {{"prefix", std::string(prefix)}}));
    line.remove_prefix(prefix.size());
    return std::string(line);
}

}  // namespace

minisign_key parse_minisign_key(std::string_view text) {
    auto lines = lines_of(text);
    minisign_key key;
    if (lines.size() == 2) {
        key.comment = comment_behind(lines[0], untrusted_prefix);
        key.comment.erase(0, key.comment.find_first_not_of(' '));
        lines.erase(lines.begin());
    }
    if (lines.size() != 1) throw minisign_fault(message::phrase("reason_key_lines"));
    const auto content = from_base64(lines[0], 2 + id_bytes + key.key.size(), "key");
    if (content[0] != 'E' || content[1] != 'd') throw minisign_fault(message::phrase("reason_key_kind"));
    key.id = key_id(std::span(content).subspan(2, id_bytes));
    std::copy(content.begin() + 2 + id_bytes, content.end(), key.key.begin());
    return key;
}

minisign_signature parse_minisign_signature(std::string_view text) {
    const auto lines = lines_of(text);
    if (lines.size() != 4)
        throw minisign_fault(message::phrase("reason_signature_lines", {{"number", std::to_string(lines.size())}}));
    comment_behind(lines[0], untrusted_prefix);
    minisign_signature read;
    const auto content = from_base64(lines[1], 2 + id_bytes + read.signature.size(), "signature");
    if (content[0] != 'E' || (content[1] != 'd' && content[1] != 'D'))
        throw minisign_fault(message::phrase("reason_algorithm"));
    read.prehashed = content[1] == 'D';
    read.key_id = key_id(std::span(content).subspan(2, id_bytes));
    std::copy(content.begin() + 2 + id_bytes, content.end(), read.signature.begin());
    read.trusted_comment = comment_behind(lines[2], trusted_prefix);
    const auto second = from_base64(lines[3], read.comment_signature.size(), "comment");
    std::copy(second.begin(), second.end(), read.comment_signature.begin());
    return read;
}

void minisign_signature::verify(std::string_view content, const minisign_key& key) const {
    if (key.id != key_id)
        throw minisign_fault(message::phrase("reason_other_key", {{"made", key_id}, {"key", key.id}}));
    std::array<unsigned char, crypto_generichash_BYTES_MAX> hash{};
    static_assert(crypto_generichash_BYTES_MAX == 64);
    if (prehashed) {
        ::crypto_generichash(hash.data(), hash.size(), bytes_of(content), content.size(), nullptr, 0);
        content = {reinterpret_cast<const char*>(hash.data()), hash.size()};
    }
    if (::crypto_sign_verify_detached(signature.data(), bytes_of(content), content.size(), key.key.data()) != 0)
        throw minisign_fault(message::phrase("reason_other_content"));
    std::string signed_comment(reinterpret_cast<const char*>(signature.data()), signature.size());
    signed_comment += trusted_comment;
    if (::crypto_sign_verify_detached(comment_signature.data(), bytes_of(signed_comment), signed_comment.size(),
                                      key.key.data()) != 0)
        throw minisign_fault(message::phrase("reason_comment_changed"));
}

}  // namespace commhost::plugin
