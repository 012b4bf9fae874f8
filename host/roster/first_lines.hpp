#pragma once

#include <cstddef>
#include <functional>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace commhost::roster {

/// In which line of a file each id was met first. All of it is freed at once: of the time it takes to read a large file,
/// freeing hundreds of thousands of ids one by one was a sixth.
class first_lines {
  public:
    struct first {
        std::size_t line;
        bool same;  ///< It said the same about whom it means.
    };

    /// The row of the same id before, if there was one. whom: what else in the row tells whom it means.
    std::optional<first> add(std::string_view id, std::size_t line, std::string_view whom = {}) {
        const auto hash = std::hash<std::string_view>()(whom);
        const auto [before, fresh] = lines_.emplace(id, place{line, hash});
        return fresh ? std::nullopt : std::optional(first{before->second.line, before->second.whom == hash});
    }

  private:
    struct place {
        std::size_t line;
        std::size_t whom;
    };

    std::pmr::monotonic_buffer_resource memory_;
    std::pmr::unordered_map<std::pmr::string, place> lines_{&memory_};
};

}  // namespace commhost::roster
