#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace commhost::text {

/// Those of words that somebody who wrote word may have meant, the nearest first: with few letters added, left out,
/// changed or two neighbours swapped (a third of word's length at most), or with word as a part of them. Compares
/// bytes.
std::vector<std::string_view> nearest(std::string_view word, std::span<const std::string_view> words,
                                      std::size_t at_most = 3);

}  // namespace commhost::text
