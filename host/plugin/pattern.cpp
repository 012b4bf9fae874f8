#include "plugin/pattern.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <cstdint>
#include <stdexcept>

namespace commhost::plugin {

namespace {

constexpr std::size_t most_bytes = 1000;
constexpr std::int64_t most_memory = 1LL << 20U;

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

re2::RE2::Options options() {
    re2::RE2::Options chosen;
    chosen.set_max_mem(most_memory);
    chosen.set_log_errors(false);  // to stderr, which is the log's
    return chosen;
}

std::optional<std::string> fault_of(std::string_view pattern, const re2::RE2& compiled) {
    if (pattern.size() > most_bytes) return fmt::format("it has {} bytes, {} are the most", pattern.size(), most_bytes);
    if (!compiled.ok()) return compiled.error();
    return std::nullopt;
}

}  // namespace

std::optional<std::string> pattern_fault(std::string_view pattern) {
    return fault_of(pattern, re2::RE2(piece(pattern.substr(0, most_bytes)), options()));
}

bool matches_pattern(std::string_view pattern, std::string_view text) {
    const re2::RE2 compiled(piece(pattern), options());
    if (const auto fault = fault_of(pattern, compiled)) throw std::invalid_argument(*fault);
    return re2::RE2::FullMatch(piece(text), compiled);
}

}  // namespace commhost::plugin
