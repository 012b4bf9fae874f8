#include "plugin/binary.hpp"

#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "plugin/elf_image.hpp"
#include "text/file_content.hpp"

#include <core_communication/abi_stamp.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

namespace commhost::plugin {

namespace {

constexpr std::string_view stamp_owner = CORE_COMMUNICATION_STAMP_OWNER;
constexpr std::size_t stamp_type = 1;

/// Of libstdc++, libsupc++, libgcc's unwinder and libc++abi. Whoever defines one of them has a second runtime, and an
/// exception thrown in the one is not caught in the other.
constexpr std::array runtime_symbols{"__cxa_throw",     "__cxa_begin_catch",      "__dynamic_cast",
                                     "_ZSt9terminatev", "_Unwind_RaiseException", "__gxx_personality_v0"};

/// <elf.h>: these make a library's symbols everybody's, or keep it from being loaded as a plugin is.
constexpr std::array<std::pair<std::uint64_t, const char*>, 5> harmful_flags{{{DF_1_GLOBAL, "DF_1_GLOBAL"},
                                                                              {DF_1_INTERPOSE, "DF_1_INTERPOSE"},
                                                                              {DF_1_NOOPEN, "DF_1_NOOPEN"},
                                                                              {DF_1_LOADFLTR, "DF_1_LOADFLTR"},
                                                                              {DF_1_INITFIRST, "DF_1_INITFIRST"}}};

std::vector<std::string> split(std::string_view text, char at) {
    std::vector<std::string> parts;
    for (;;) {
        const auto end = text.find(at);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

/// The dynamic section, as far as somebody wants to know. A tag that stands twice counts as the last one, as for ld.so
/// (glibc, elf/get-dynamic-info.h).
struct dynamic_section {
    std::vector<std::pair<std::int64_t, std::uint64_t>> entries;

    std::optional<std::uint64_t> find(std::int64_t tag) const {
        const auto found =
            std::find_if(entries.rbegin(), entries.rend(), [&](const auto& each) { return each.first == tag; });
        return found == entries.rend() ? std::nullopt : std::optional(found->second);
    }

    std::uint64_t at(std::int64_t tag, const char* name) const {
        const auto found = find(tag);
        if (!found) throw elf_fault(message::phrase("reason_elf_dynamic_lacks", {{"name", std::string(name)}}));
        return *found;
    }
};

dynamic_section read_dynamic(const elf_image& image) {
    const auto* segment = image.segment(PT_DYNAMIC);
    if (segment == nullptr) throw elf_fault(message::phrase("reason_elf_no_dynamic"));
    // The loader goes by the address, other tools by the offset: one file must not show two faces.
    if (image.offset_of(segment->p_vaddr) != segment->p_offset ||
        image.loaded_from(segment->p_vaddr) < segment->p_filesz)
        throw elf_fault(message::phrase("reason_elf_dynamic_twice"));
    auto* const data = image.chunk(segment->p_offset, segment->p_filesz, ELF_T_DYN);
    dynamic_section section;
    GElf_Dyn entry{};
    for (int index = 0; ::gelf_getdyn(data, index, &entry) != nullptr; ++index) {
        if (entry.d_tag == DT_NULL) return section;
        section.entries.emplace_back(entry.d_tag, entry.d_un.d_val);
    }
    throw elf_fault(message::phrase("reason_elf_dynamic_end"));
}

class string_table {
  public:
    string_table(const elf_image& image, const dynamic_section& dynamic) {
        const auto address = dynamic.at(DT_STRTAB, "DT_STRTAB");
        const auto size = dynamic.at(DT_STRSZ, "DT_STRSZ");
        if (size > image.loaded_from(address)) throw elf_fault(message::phrase("reason_elf_strings_outside"));
        const auto* data = image.chunk(image.offset_of(address), size, ELF_T_BYTE);
        text_ = {static_cast<const char*>(data->d_buf), static_cast<std::size_t>(size)};
    }

    std::string at(std::uint64_t offset) {
        const auto end = offset < text_.size() ? text_.find('\0', offset) : std::string_view::npos;
        if (end == std::string_view::npos) throw elf_fault(message::phrase("reason_elf_name_outside"));
        // Millions of symbols can share one name of a hundred megabytes.
        given_ += end - offset;
        if (given_ > most_bytes) throw elf_fault(message::phrase("reason_elf_names_large"));
        return std::string(text_.substr(offset, end - offset));
    }

  private:
    static constexpr std::size_t most_bytes = std::size_t{64} * 1024 * 1024;

    std::string_view text_;
    std::size_t given_ = 0;
};

void read_entries(const dynamic_section& dynamic, string_table& strings, binary& into) {
    constexpr std::array others{
        std::pair(std::int64_t{DT_AUDIT}, "DT_AUDIT"), std::pair(std::int64_t{DT_DEPAUDIT}, "DT_DEPAUDIT"),
        std::pair(std::int64_t{DT_FILTER}, "DT_FILTER"), std::pair(std::int64_t{DT_AUXILIARY}, "DT_AUXILIARY")};
    for (const auto& [tag, value] : dynamic.entries) {
        if (tag == DT_NEEDED) into.needed.push_back(strings.at(value));
        if (tag == DT_RPATH || tag == DT_RUNPATH)
            for (auto& path : split(strings.at(value), ':')) into.search_paths.push_back(std::move(path));
        for (const auto& [other, name] : others)
            if (tag == other) into.loads_others.push_back(fmt::format("{} {}", name, strings.at(value)));
        if (tag == DT_TEXTREL || (tag == DT_FLAGS && (value & DF_TEXTREL) != 0)) into.text_relocations = true;
        if (tag != DT_FLAGS_1) continue;
        for (const auto& [flag, name] : harmful_flags)
            if ((value & flag) != 0) into.loader_flags.emplace_back(name);
        if ((value & DF_1_PIE) != 0) into.shared_object = false;
    }
}

/// How many symbols there are stands nowhere but in the hash tables: in the last chain of the GNU one
/// (https://flapenguin.me/elf-dt-gnu-hash), in the second word of the older one (gABI, "Hash Table").
std::uint64_t count_symbols(const elf_image& image, const dynamic_section& dynamic) {
    if (const auto table = dynamic.find(DT_GNU_HASH)) {
        const std::uint64_t buckets = image.word(*table, 0);
        const std::uint64_t first = image.word(*table, 1);
        const std::uint64_t bloom = image.word(*table, 2);
        const auto words_in_bloom = bloom * (image.elf_class() == ELFCLASS64 ? 2 : 1);
        const auto at_buckets = 4 + words_in_bloom;
        if (buckets > image.loaded_from(*table) / 4) throw elf_fault(message::phrase("reason_elf_hash_table"));
        std::uint64_t last = 0;
        for (std::uint64_t bucket = 0; bucket < buckets; ++bucket)
            last = std::max<std::uint64_t>(last, image.word(*table, at_buckets + bucket));
        if (last < first) return first;
        const auto at_chains = at_buckets + buckets;
        while ((image.word(*table, at_chains + (last - first)) & 1U) == 0) ++last;
        return last + 1;
    }
    return image.word(dynamic.at(DT_HASH, "DT_GNU_HASH or DT_HASH"), 1);
}

void read_symbols(const elf_image& image, const dynamic_section& dynamic, string_table& strings, binary& into) {
    const auto address = dynamic.at(DT_SYMTAB, "DT_SYMTAB");
    const std::uint64_t each = image.elf_class() == ELFCLASS64 ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
    const auto count = count_symbols(image, dynamic);
    if (count > image.loaded_from(address) / each) throw elf_fault(message::phrase("reason_elf_symbols_outside"));
    auto* const data = image.chunk(image.offset_of(address), count * each, ELF_T_SYM);
    GElf_Sym symbol{};
    for (std::uint64_t index = 0; index < count && ::gelf_getsym(data, static_cast<int>(index), &symbol) != nullptr;
         ++index) {
        const auto binding = GELF_ST_BIND(symbol.st_info);
        if (symbol.st_shndx == SHN_UNDEF || binding == STB_LOCAL) continue;
        into.exported.push_back(strings.at(symbol.st_name));
        if (binding == STB_GNU_UNIQUE) into.process_unique.push_back(into.exported.back());
    }
}

void read_notes(const elf_image& image, const GElf_Phdr& segment, binary& into) {
    auto* const data = image.chunk(segment.p_offset, segment.p_filesz, segment.p_align == 8 ? ELF_T_NHDR8 : ELF_T_NHDR);
    const auto* bytes = static_cast<const char*>(data->d_buf);
    GElf_Nhdr note{};
    std::size_t owner = 0;
    std::size_t content = 0;
    for (std::size_t at = 0; (at = ::gelf_getnote(data, at, &note, &owner, &content)) > 0;) {
        const std::string_view name(bytes + owner, note.n_namesz);
        if (note.n_type == stamp_type && name.substr(0, name.find('\0')) == stamp_owner && !into.stamp)
            into.stamp = parse_stamp(std::string_view(bytes + content, note.n_descsz));
    }
}

void read_segments(const elf_image& image, binary& into) {
    bool told_of_stack = false;
    for (const auto& segment : image.segments()) {
        if (segment.p_type == PT_INTERP) into.shared_object = false;
        if (segment.p_type == PT_GNU_STACK) {
            told_of_stack = true;
            into.executable_stack = (segment.p_flags & PF_X) != 0;
        }
        if (segment.p_type == PT_LOAD && (segment.p_flags & PF_X) != 0 && (segment.p_flags & PF_W) != 0)
            into.writable_code = true;
        if (segment.p_type == PT_NOTE) read_notes(image, segment, into);
    }
    if (!told_of_stack) into.executable_stack = true;
}

void find_own_runtime(const elf_image& image, binary& into) {
    for (const std::string_view symbol : runtime_symbols)
        if (std::find(into.exported.begin(), into.exported.end(), symbol) != into.exported.end())
            into.own_runtime = symbol;
    if (!into.own_runtime) into.own_runtime = image.first_defined(runtime_symbols);
}

binary_kind kind_of(const elf_image& image) {
    return {image.header().e_machine, image.elf_class(), image.header().e_ident[EI_DATA]};
}

std::string_view machine_name(std::uint16_t machine) {
    switch (machine) {
        case EM_X86_64: return "x86-64";
        case EM_386: return "x86";
        case EM_AARCH64: return "AArch64";
        case EM_ARM: return "ARM";
        case EM_RISCV: return "RISC-V";
        case EM_PPC64: return "PowerPC64";
        case EM_S390: return "S/390";
        default: return {};
    }
}

}  // namespace

stamp_values parse_stamp(std::string_view content) {
    stamp_values values;
    for (const auto& pair : split(content.substr(0, content.find('\0')), ';')) {
        const auto equals = pair.find('=');
        if (equals != std::string::npos) values.emplace(pair.substr(0, equals), pair.substr(equals + 1));
    }
    return values;
}

binary_kind own_binary_kind() {
    const auto program = text::open_plain_file("/proc/self/exe");
    // The beginning of the header is the same for both classes (gABI, "ELF Header").
    Elf32_Ehdr header{};
    if (::read(program.number(), &header, sizeof header) != static_cast<ssize_t>(sizeof header)) return {};
    return {header.e_machine, header.e_ident[EI_CLASS], header.e_ident[EI_DATA]};
}

std::string to_string(const binary_kind& kind) {
    const auto known = machine_name(kind.machine);
    auto name = known.empty() ? message::phrase("binary_machine", {{"number", std::to_string(kind.machine)}})
                              : std::string(known);
    const auto own = std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;
    return message::phrase(kind.byte_order == own ? "binary_kind" : "binary_kind_other_order",
                           {{"name", std::move(name)}, {"bits", kind.elf_class == ELFCLASS64 ? "64" : "32"}});
}

binary read_binary(std::string_view content, const std::filesystem::path& file) {
    try {
        const elf_image image(content);
        binary read;
        read.kind = kind_of(image);
        if (read.kind != own_binary_kind()) return read;
        read.shared_object = image.header().e_type == ET_DYN;
        if (!read.shared_object) return read;  // an object file has no segments
        read_segments(image, read);
        const auto dynamic = read_dynamic(image);
        string_table strings(image, dynamic);
        read_entries(dynamic, strings, read);
        read_symbols(image, dynamic, strings, read);
        find_own_runtime(image, read);
        return read;
    } catch (const elf_fault& fault) {
        throw message::error(PLUGIN_BINARY_READ, {{"file", file.string()}, {"reason", fault.what()}});
    }
}

}  // namespace commhost::plugin
