#include "text/whole_name.hpp"

#include "text/utf8.hpp"

#include <cstddef>
#include <optional>

namespace commhost::text {

namespace {

constexpr auto nowhere = std::string_view::npos;

bool is_digit(char character) { return character >= '0' && character <= '9'; }

bool is_letter_or_digit(char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') || is_digit(character);
}

bool is_one_of(std::string_view signs, char character) { return signs.find(character) != nowhere; }

/// Signs, blanks and quotation marks beyond ASCII: of the blocks Latin-1 Supplement, General Punctuation (but for the two joiners that
/// stand within words), CJK Symbols and Punctuation, and Halfwidth and Fullwidth Forms.
bool is_punctuation(char32_t value) {
    const bool of_latin = value <= 0xBF && value != 0xAA && value != 0xB5 && value != 0xBA;
    return of_latin || (value >= 0x2000 && value <= 0x206F && value != 0x200C && value != 0x200D) ||
           (value >= 0x3000 && value <= 0x303F) || (value >= 0xFF00 && value <= 0xFF0F);
}

/// The character that begins at `at`, where there is one.
bool may_be_of_a_name(std::string_view text, std::size_t at, written_by whom) {
    const char character = text[at];
    if (static_cast<unsigned char>(character) >= 0x80) {
        const auto point = first_code_point(text.substr(at)).value;
        return point == code_point::none || !is_punctuation(point);
    }
    return is_letter_or_digit(character) ||
           is_one_of(whom == written_by::program ? "!#$%&*+-./:=@^_`~" : "!#$%+-.:=@^_~", character);
}

std::size_t begin_of_character_before(std::string_view text, std::size_t at) {
    --at;
    while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80) --at;
    return at;
}

/// Whether the colon at `at` is that of a Matrix id (`@ada:`, `!room:`) or comes behind a mail address.
bool is_within_an_id(std::string_view text, std::size_t at) {
    auto begin = at;
    while (begin > 0 && may_be_of_a_name(text, begin_of_character_before(text, begin), written_by::people))
        begin = begin_of_character_before(text, begin);
    const auto before = text.substr(begin, at - begin);
    return before.find('@') != nowhere || (!before.empty() && is_one_of("!#$+", before.front()));
}

int value_of_hex(char digit) {
    if (is_digit(digit)) return digit - '0';
    const auto small = static_cast<char>(digit | 0x20);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

/// The ASCII sign for which a percent-encoding at `at` stands (RFC 3986, section 2.1), where there is one.
std::optional<char> encoded_sign(std::string_view text, std::size_t at) {
    if (at + 3 > text.size() || text[at] != '%') return std::nullopt;
    const int high = value_of_hex(text[at + 1]);
    const int low = value_of_hex(text[at + 2]);
    if (high < 0 || high > 7 || low < 0) return std::nullopt;
    return static_cast<char>(high * 16 + low);
}

bool parts_names(char sign) { return !may_be_of_a_name(std::string_view(&sign, 1), 0, written_by::people); }

/// As begins_at, where what stands before is percent-encoded. A colon may be one within an id, unless another encoded sign follows.
bool begins_behind_encoded(std::string_view text, std::size_t at) {
    const auto sign = at >= 3 ? encoded_sign(text, at - 3) : std::nullopt;
    return sign && (parts_names(*sign) || *sign == '=' || (*sign == ':' && encoded_sign(text, at)));
}

bool begins_at(std::string_view text, std::size_t at, written_by whom) {
    if (at == 0) return true;
    if (whom == written_by::people && begins_behind_encoded(text, at)) return true;
    const auto before = begin_of_character_before(text, at);
    if (!may_be_of_a_name(text, before, whom)) return true;
    if (whom == written_by::program) return false;
    return text[before] == '=' || (text[before] == ':' && !is_within_an_id(text, before));
}

/// Whether a name can have no further ":" and what follows it: a Matrix id only that of a port, the other addresses none.
bool ends_before_colon(std::string_view name) {
    return name.find(':') != nowhere || name.find("%3A") != nowhere || name.find("%3a") != nowhere ||
           (name.find('@') != nowhere && !name.starts_with('@'));
}

bool ends_at(std::string_view text, std::size_t end, std::string_view name, written_by whom) {
    if (end == text.size() || !may_be_of_a_name(text, end, whom)) return true;
    if (whom == written_by::program) return false;
    if (const auto sign = encoded_sign(text, end)) {
        const bool more = end + 3 < text.size() && may_be_of_a_name(text, end + 3, whom);
        if (parts_names(*sign) || (!more && is_one_of(".:!=", *sign))) return true;
        return *sign == ':' && ends_before_colon(name) && !is_digit(text[end + 3]);
    }
    auto behind = end;
    while (behind < text.size() && is_one_of(".:!=", text[behind])) ++behind;
    if (behind > end && (behind == text.size() || !may_be_of_a_name(text, behind, whom))) return true;
    return text[end] == ':' && ends_before_colon(name) && !is_digit(text[end + 1]);
}

/// Where it stands by itself, from `from` on.
std::size_t find_name(std::string_view text, std::string_view name, std::size_t from, written_by whom) {
    if (name.empty()) return nowhere;
    auto at = text.find(name, from);
    while (at != nowhere && !(begins_at(text, at, whom) && ends_at(text, at + name.size(), name, whom)))
        at = text.find(name, at + 1);
    return at;
}

}  // namespace

bool has_name(std::string_view text, std::string_view name, written_by whom) {
    return find_name(text, name, 0, whom) != nowhere;
}

std::string with_name_replaced(std::string_view text, std::string_view name, std::string_view by, written_by whom) {
    std::string result;
    std::size_t kept = 0;
    for (auto at = find_name(text, name, 0, whom); at != nowhere; at = find_name(text, name, kept, whom)) {
        result.append(text.substr(kept, at - kept)).append(by);
        kept = at + name.size();
    }
    return result.append(text.substr(kept));
}

}  // namespace commhost::text
