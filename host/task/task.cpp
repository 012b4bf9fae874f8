#include "task/task.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace commhost::task {

namespace {

constexpr std::array<std::string_view, lane_count> lanes{"interactive", "roster", "periodic", "clean_up"};
constexpr std::array<std::string_view, 4> states{"queued", "running", "waiting", "failed"};

template <class Enum, std::size_t Size>
std::optional<Enum> value_of(const std::array<std::string_view, Size>& names, std::string_view name) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) return std::nullopt;
    return static_cast<Enum>(found - names.begin());
}

}  // namespace

std::string_view name_of(lane which) { return lanes.at(static_cast<std::size_t>(which)); }

std::string_view name_of(state which) { return states.at(static_cast<std::size_t>(which)); }

std::optional<lane> lane_of(std::string_view name) { return value_of<lane>(lanes, name); }

std::optional<state> state_of(std::string_view name) { return value_of<state>(states, name); }

}  // namespace commhost::task
