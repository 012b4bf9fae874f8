#include "text/nearest.hpp"

#include <algorithm>
#include <utility>

namespace commhost::text {

namespace {

/// Optimal string alignment: Levenshtein's distance with a swap of two neighbours counted once.
std::size_t distance(std::string_view left, std::string_view right) {
    std::vector<std::size_t> before;
    std::vector<std::size_t> above(right.size() + 1);
    std::vector<std::size_t> row(right.size() + 1);
    for (std::size_t column = 0; column <= right.size(); ++column) above[column] = column;
    for (std::size_t line = 1; line <= left.size(); ++line) {
        row[0] = line;
        for (std::size_t column = 1; column <= right.size(); ++column) {
            const std::size_t change = left[line - 1] == right[column - 1] ? 0 : 1;
            row[column] = std::min({above[column] + 1, row[column - 1] + 1, above[column - 1] + change});
            if (line > 1 && column > 1 && left[line - 1] == right[column - 2] && left[line - 2] == right[column - 1])
                row[column] = std::min(row[column], before[column - 2] + 1);
        }
        before = above;
        above = row;
    }
    return above.back();
}

}  // namespace

std::vector<std::string_view> nearest(std::string_view word, std::span<const std::string_view> words,
                                      std::size_t at_most) {
    constexpr std::size_t longest = 200;  // nobody means a word by what is longer, and the distance costs the square
    if (word.empty() || word.size() > longest) return {};
    std::vector<std::pair<std::size_t, std::string_view>> found;
    for (const auto each : words) {
        const auto away = distance(word, each.substr(0, longest));
        const bool part = word.size() > 2 && each.find(word) != std::string_view::npos;
        if (away <= word.size() / 3) {
            found.emplace_back(away, each);
        } else if (part) {
            found.emplace_back(word.size() + away, each);
        }
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& one, const auto& other) { return one.first < other.first; });
    std::vector<std::string_view> result;
    for (const auto& [away, each] : found) {
        if (result.size() == at_most) break;
        result.push_back(each);
    }
    return result;
}

}  // namespace commhost::text
