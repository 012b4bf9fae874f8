#include "worker/blanked_output.hpp"

#include "text/utf8.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace commhost::worker {

namespace {

/// Also as what is printed is kept: with blanks in the place of control characters.
std::vector<std::string> as_printed(std::span<const std::string> secrets) {
    std::vector<std::string> all(secrets.begin(), secrets.end());
    for (const auto& secret : secrets) all.push_back(text::printable(secret));
    return all;
}

}  // namespace

blanked_output::blanked_output(std::size_t most, std::span<const std::string> secrets)
    : most_(most), blank_(as_printed(secrets)) {}

std::string blanked_output::operator()(const child_result& child) const {
    const auto whole = blank_(child.output);
    // What was cut may end in a part of a secret. Made visible, the output may be shorter than what was kept of it.
    const auto doubtful = child.output_cut && blank_.longest() > 0 ? blank_.longest() - 1 : 0;
    auto end = std::min(most_, child.output.size() - std::min(doubtful, child.output.size()));
    if (end == child.output.size()) return whole;
    // A secret that begins before the limit was kept as a whole. Cut within it, its two halves would not be blanked.
    const std::string_view text = child.output;
    const auto cuts_a_secret = [&](std::size_t at) {
        return blank_(std::string(text.substr(0, at))) + blank_(std::string(text.substr(at))) != whole;
    };
    const auto is_within_a_character = [&](std::size_t at) {
        return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80;
    };
    while (end > 0 && (is_within_a_character(end) || cuts_a_secret(end))) --end;
    return blank_(std::string(text.substr(0, end)));
}

}  // namespace commhost::worker
