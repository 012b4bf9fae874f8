#pragma once

#include "plugin/problem.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::plugin {

/// The ABI stamp (core_communication/abi_stamp.hpp) as name=value pairs.
using stamp_values = std::map<std::string, std::string, std::less<>>;

/// What an ELF file says about itself, read without loading it.
struct binary {
    std::uint16_t machine = 0;   ///< e_machine, <elf.h> EM_...
    std::uint8_t elf_class = 0;  ///< ELFCLASS32 or ELFCLASS64
    bool shared_object = false;
    std::vector<std::string> needed;          ///< DT_NEEDED
    std::vector<std::string> search_paths;    ///< DT_RPATH and DT_RUNPATH, split at ':'
    std::vector<std::string> exported;        ///< Defined, dynamic, not local; without versions.
    std::vector<std::string> process_unique;  ///< Those of them that are STB_GNU_UNIQUE.
    std::optional<stamp_values> stamp;
};

/// Throws message::error (PLUGIN_BINARY_READ).
binary read_binary(const std::filesystem::path& file);

/// What this program can load: its own machine and class, and the stamp of the SDK it is built with.
struct binary_requirement {
    std::uint16_t machine;
    std::uint8_t elf_class;
    stamp_values stamp;
};

binary_requirement own_requirement();

/// Everything that keeps the host from loading the file; none when it may go on. library: the file's name, for messages.
std::vector<problem> check_binary(const binary& found, const binary_requirement& wanted, std::string_view library);

/// "x86-64" for EM_X86_64; the number for one that is not in our short list.
std::string machine_name(std::uint16_t machine);

}  // namespace commhost::plugin
