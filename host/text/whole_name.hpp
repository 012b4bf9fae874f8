#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace commhost::text {

// Where the name of a person or of an account stands by itself, and is no part of another one: "@ada" does not stand in "@adam", nor
// "ada" in "@ada:school.example". Names are compared byte by byte.

/// Who wrote the text: that says which signs beside a name may be a part of it.
enum class written_by : std::uint8_t {
    /// A program, for itself: what a Matrix id (spec v1.10, appendix "User identifiers"), an XMPP address (RFC 7622, section 3.3) or
    /// a mail address (RFC 5322, section 3.2.3, atext) may have, but for brackets, quotation marks and what parts a list.
    program,
    /// A program, for people: there, besides, a name may be a part of an address (`/users/@ada:school.example/devices`, `user=ada`,
    /// `mailto:ada@school.example`, `ada@school.example/phone`), stand between backquotes, and be followed by what ends a sentence.
    /// Percent-encoded signs beside it are what they stand for (`%2Fusers%2F%40ada%3Aschool.example%2Fdevices`).
    /// In doubt it is the name: nobody is named who should not be.
    people,
};

bool has_name(std::string_view text, std::string_view name, written_by whom);

/// The text with `by` in each place in which the name stands by itself.
std::string with_name_replaced(std::string_view text, std::string_view name, std::string_view by, written_by whom);

}  // namespace commhost::text
