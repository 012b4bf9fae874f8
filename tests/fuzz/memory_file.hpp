#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

namespace commhost::fuzz {

/// A plain file in memory, for readers that want a path. Its path is the same for every input.
class memory_file {
  public:
    explicit memory_file(std::string_view content) : descriptor_(::memfd_create("fuzz", MFD_CLOEXEC)) {
        if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "memfd_create");
        while (!content.empty()) {
            const auto count = ::write(descriptor_, content.data(), content.size());
            if (count < 0) throw std::system_error(errno, std::generic_category(), "write");
            content.remove_prefix(static_cast<std::size_t>(count));
        }
    }
    ~memory_file() { ::close(descriptor_); }
    memory_file(const memory_file&) = delete;
    memory_file& operator=(const memory_file&) = delete;

    std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

  private:
    int descriptor_;
};

}  // namespace commhost::fuzz
