#include "plugin/elf_image.hpp"

#include "message/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>

namespace commhost::plugin {

namespace {

/// More than any linker makes, and few enough to look through for every address.
constexpr std::size_t most_segments = 256;

[[noreturn]] void refuse(const std::string& reason) { throw elf_fault(reason); }

[[noreturn]] void refuse_as_libelf_does() {
    const char* reason = ::elf_errmsg(-1);
    refuse(reason == nullptr ? message::phrase("reason_elf_unreadable") : std::string(reason));
}

}  // namespace

elf_image::elf_image(std::string_view content) : content_(content) {
    ::elf_version(EV_CURRENT);
    // libelf wants to be given what it could change, and changes nothing that it only reads.
    elf_.reset(::elf_memory(const_cast<char*>(content.data()), content.size()));
    if (elf_ == nullptr || ::elf_kind(elf_.get()) != ELF_K_ELF) refuse(message::phrase("reason_elf_no_elf"));
    if (::gelf_getehdr(elf_.get(), &header_) == nullptr) refuse_as_libelf_does();
    elf_class_ = static_cast<std::uint8_t>(::gelf_getclass(elf_.get()));
    // Nothing is loaded by them, but they stand at the end: a file that is cut off anywhere lacks them.
    const auto sections = std::uint64_t{header_.e_shnum} * header_.e_shentsize;
    if (sections > content_.size() || header_.e_shoff > content_.size() - sections)
        refuse(message::phrase("reason_elf_cut_off"));
    read_segments();
}

void elf_image::read_segments() {
    std::size_t count = 0;
    if (::elf_getphdrnum(elf_.get(), &count) != 0) refuse_as_libelf_does();
    if (count > most_segments) refuse(message::phrase("reason_elf_headers", {{"number", std::to_string(count)}}));
    std::uint64_t end_of_last = 0;
    for (std::size_t index = 0; index < count; ++index) {
        GElf_Phdr segment{};
        if (::gelf_getphdr(elf_.get(), static_cast<int>(index), &segment) == nullptr) refuse_as_libelf_does();
        if (segment.p_filesz > content_.size() || segment.p_offset > content_.size() - segment.p_filesz)
            refuse(message::phrase("reason_elf_segment_outside", {{"index", std::to_string(index)}}));
        if (segment.p_type == PT_LOAD) {
            if (segment.p_memsz < segment.p_filesz ||
                segment.p_memsz > std::numeric_limits<std::uint64_t>::max() - segment.p_vaddr)
                refuse(message::phrase("reason_elf_segment_sizes", {{"index", std::to_string(index)}}));
            // gABI, "Program Header": loadable segments stand in the order of their addresses.
            if (segment.p_vaddr < end_of_last)
                refuse(message::phrase("reason_elf_segment_overlaps", {{"index", std::to_string(index)}}));
            end_of_last = segment.p_vaddr + segment.p_memsz;
        }
        segments_.push_back(segment);
    }
}

const GElf_Phdr* elf_image::segment(std::uint32_t type) const {
    const GElf_Phdr* found = nullptr;
    for (const auto& each : segments_) {
        if (each.p_type != type) continue;
        if (found != nullptr)
            refuse(message::phrase("reason_elf_segment_twice", {{"type", fmt::format("{:#x}", type)}}));
        found = &each;
    }
    return found;
}

Elf_Data* elf_image::chunk(std::uint64_t offset, std::uint64_t size, Elf_Type type) const {
    if (size > content_.size() || offset > content_.size() - size) refuse(message::phrase("reason_elf_table_end"));
    Elf_Data* data =
        ::elf_getdata_rawchunk(elf_.get(), static_cast<std::int64_t>(offset), static_cast<std::size_t>(size), type);
    if (data == nullptr || (data->d_buf == nullptr && size > 0)) refuse_as_libelf_does();
    return data;
}

const GElf_Phdr& elf_image::load_segment(std::uint64_t address) const {
    const auto found = std::find_if(segments_.begin(), segments_.end(), [&](const GElf_Phdr& each) {
        return each.p_type == PT_LOAD && address >= each.p_vaddr && address - each.p_vaddr < each.p_filesz;
    });
    if (found == segments_.end())
        refuse(message::phrase("reason_elf_address", {{"address", fmt::format("{:#x}", address)}}));
    return *found;
}

std::uint64_t elf_image::offset_of(std::uint64_t address) const {
    const auto& in = load_segment(address);
    return in.p_offset + (address - in.p_vaddr);
}

std::uint64_t elf_image::loaded_from(std::uint64_t address) const {
    const auto& in = load_segment(address);
    return in.p_filesz - (address - in.p_vaddr);
}

std::uint32_t elf_image::word(std::uint64_t address, std::uint64_t index) const {
    std::uint32_t value = 0;
    if (index >= loaded_from(address) / sizeof value) refuse(message::phrase("reason_elf_hash_table"));
    // Not by chunk(), for which libelf keeps a list that it searches from the beginning.
    std::memcpy(&value, content_.data() + offset_of(address) + index * sizeof value, sizeof value);
    return value;
}

std::optional<std::string_view> elf_image::first_defined(std::span<const char* const> names) const {
    for (Elf_Scn* section = nullptr; (section = ::elf_nextscn(elf_.get(), section)) != nullptr;) {
        GElf_Shdr header{};
        if (::gelf_getshdr(section, &header) == nullptr || header.sh_type != SHT_SYMTAB) continue;
        Elf_Data* data = ::elf_getdata(section, nullptr);
        if (data == nullptr) continue;
        GElf_Sym symbol{};
        for (int index = 0; ::gelf_getsym(data, index, &symbol) != nullptr; ++index) {
            if (symbol.st_shndx == SHN_UNDEF) continue;
            const char* name = ::elf_strptr(elf_.get(), header.sh_link, symbol.st_name);
            if (name == nullptr) continue;
            const auto found = std::find_if(names.begin(), names.end(),
                                            [&](const char* each) { return std::strcmp(each, name) == 0; });
            if (found != names.end()) return *found;
        }
    }
    return std::nullopt;
}

}  // namespace commhost::plugin
