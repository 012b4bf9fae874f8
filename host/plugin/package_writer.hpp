#pragma once

#include "message/error.hpp"
#include "text/descriptor.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace commhost::plugin {

/// Writes what a plugin's package holds into a new folder, and no more than a plugin may have: whatever a package says of its
/// sizes, what comes out of it is counted. Nobody but the owner can write to what it makes, and everybody can read it. One thread.
///
/// Throws message::error: PLUGIN_PACKAGE_SIZE, PLUGIN_PACKAGE_ENTRY for a second file of one name, PLUGIN_INSTALL_WRITE.
class package_writer {
  public:
    /// into: is made. source: the package, for messages.
    package_writer(std::filesystem::path into, std::filesystem::path source);

    /// name: in the package, relative, without "..". Folders above it are made.
    void add_folder(const std::filesystem::path& name);

    /// A file, to which write() adds from here on.
    void begin_file(const std::filesystem::path& name);
    void write(std::string_view piece);

    const std::filesystem::path& into() const { return into_; }
    const std::filesystem::path& source() const { return source_; }

  private:
    void count_entry();

    std::filesystem::path into_;
    std::filesystem::path source_;
    std::filesystem::path file_;
    text::descriptor opened_;
    int entries_ = 0;
    std::uint64_t bytes_ = 0;
};

/// PLUGIN_PACKAGE_ENTRY: reason is a phrase's text.
[[noreturn]] void refuse_entry(const std::filesystem::path& source, std::string_view entry, std::string reason);

}  // namespace commhost::plugin
