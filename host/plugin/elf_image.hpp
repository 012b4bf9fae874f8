#pragma once

#include <gelf.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace commhost::plugin {

/// Why a file is not what it says it is: a sentence without a full stop.
struct elf_fault : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// An ELF file in memory, as the loader would see it: found by program headers and by addresses, for the section
/// headers, which the loader never reads, can say anything. Every read is checked against the file's end; whatever does
/// not fit throws elf_fault. Thread-compatible.
class elf_image {
  public:
    /// content: the whole file; outlives this.
    explicit elf_image(std::string_view content);

    const GElf_Ehdr& header() const { return header_; }
    std::uint8_t elf_class() const { return elf_class_; }
    const std::vector<GElf_Phdr>& segments() const { return segments_; }

    /// The only segment of that type; null when there is none. Two are a fault.
    const GElf_Phdr* segment(std::uint32_t type) const;

    /// size bytes of the file, converted from the file's form. Never null.
    Elf_Data* chunk(std::uint64_t offset, std::uint64_t size, Elf_Type type) const;

    /// Where in the file the byte stands that will be loaded at this address.
    std::uint64_t offset_of(std::uint64_t address) const;

    /// How many bytes of the file are loaded from that address on, as far as its segment goes.
    std::uint64_t loaded_from(std::uint64_t address) const;

    /// The four-byte word number index of a table at that address, in a file of our own byte order.
    std::uint32_t word(std::uint64_t address, std::uint64_t index) const;

    /// The first of names that the section headers' symbol tables define, as a local symbol too; none in a stripped
    /// file. What is wrong with the sections is passed over: nothing is loaded by them.
    std::optional<std::string_view> first_defined(std::span<const char* const> names) const;

  private:
    const GElf_Phdr& load_segment(std::uint64_t address) const;
    void read_segments();

    struct end {
        void operator()(Elf* elf) const { ::elf_end(elf); }
    };
    std::string_view content_;
    std::unique_ptr<Elf, end> elf_;
    GElf_Ehdr header_{};
    std::uint8_t elf_class_ = 0;
    std::vector<GElf_Phdr> segments_;
};

}  // namespace commhost::plugin
