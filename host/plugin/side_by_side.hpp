#pragma once

#include <cstddef>
#include <functional>

namespace commhost::plugin {

/// Calls work with every number below count, once each: at the same time on as many threads as the machine runs at once, of
/// which the calling one is one, and in rising order where that is one. Returns when all calls have. Where one throws, no
/// further ones begin, and of what was thrown the one of the lowest number is thrown on.
void side_by_side(std::size_t count, const std::function<void(std::size_t)>& work);

}  // namespace commhost::plugin
