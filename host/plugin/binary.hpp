#pragma once

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

stamp_values parse_stamp(std::string_view content);

/// For which machine an ELF file is made.
struct binary_kind {
    std::uint16_t machine = 0;    ///< e_machine, <elf.h> EM_...
    std::uint8_t elf_class = 0;   ///< ELFCLASS32 or ELFCLASS64
    std::uint8_t byte_order = 0;  ///< ELFDATA2LSB or ELFDATA2MSB

    friend bool operator==(const binary_kind&, const binary_kind&) = default;
};

/// That of the running program.
binary_kind own_binary_kind();

/// "x86-64 64-bit"; the machine's number when it is not in our short list.
std::string to_string(const binary_kind& kind);

/// What an ELF file says about itself, read without loading it. Of a file for another machine only kind is read.
struct binary {
    binary_kind kind;
    bool shared_object = false;               ///< ET_DYN and no program: neither an interpreter nor the flag of a PIE.
    bool executable_stack = false;            ///< Or nothing that says it needs none, which counts as the same.
    bool text_relocations = false;            ///< Its code is written to while it is loaded.
    bool writable_code = false;               ///< A segment that is both written to and run.
    std::vector<std::string> needed;          ///< DT_NEEDED
    std::vector<std::string> search_paths;    ///< DT_RPATH and DT_RUNPATH, split at ':'
    std::vector<std::string> loads_others;    ///< "DT_AUDIT libx.so": what has the loader run or ask another library.
    std::vector<std::string> loader_flags;    ///< Those of DT_FLAGS_1 that reach beyond the library: "DF_1_GLOBAL".
    std::vector<std::string> exported;        ///< Defined, dynamic, not local; without versions.
    std::vector<std::string> process_unique;  ///< Those of them that are STB_GNU_UNIQUE.
    std::optional<std::string> own_runtime;   ///< The first symbol of the C++ runtime that it defines itself.
    std::optional<stamp_values> stamp;
};

/// content: a whole file. file: what errors call it. Throws message::error (PLUGIN_BINARY_READ).
binary read_binary(std::string_view content, const std::filesystem::path& file);

}  // namespace commhost::plugin
