#include "task/back_off.hpp"

#include <algorithm>
#include <cstdint>

namespace commhost::task {

std::chrono::milliseconds back_off::after(int tries, double random) const {
    auto pause = std::min(base, cap);
    for (int doubled = 1; doubled < tries && pause < cap; ++doubled) pause = std::min(pause * 2, cap);
    const auto half = pause / 2;
    return half +
           std::chrono::milliseconds(static_cast<std::int64_t>(static_cast<double>((pause - half).count()) * random));
}

}  // namespace commhost::task
