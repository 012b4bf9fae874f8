#include "plugin/binary.hpp"

#include "plugin/codes.hpp"
#include "text/descriptor.hpp"

#include <core_communication/abi_stamp.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <gelf.h>
#include <libelf.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <utility>

namespace commhost::plugin {

namespace {

constexpr std::string_view feature_symbol = "communication_feature";
constexpr std::string_view stamp_owner = CORE_COMMUNICATION_STAMP_OWNER;
constexpr std::string_view own_stamp = CORE_COMMUNICATION_STAMP_CONTENT;
constexpr std::size_t stamp_type = 1;

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& reason) {
    throw message::error(PLUGIN_BINARY_READ, {{"file", file.string()}, {"reason", reason}});
}

class elf_file {
  public:
    explicit elf_file(const std::filesystem::path& file) {
        ::elf_version(EV_CURRENT);
        descriptor_ = text::descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
        if (!descriptor_) refuse(file, std::strerror(errno));
        // Reads instead of mapping: a file that shrinks meanwhile gives an error and not a SIGBUS.
        elf_ = ::elf_begin(descriptor_.number(), ELF_C_READ, nullptr);
    }
    ~elf_file() { ::elf_end(elf_); }
    elf_file(const elf_file&) = delete;
    elf_file& operator=(const elf_file&) = delete;

    Elf* get() const { return elf_; }

    std::string_view string(std::size_t section, std::size_t at) const {
        const char* text = ::elf_strptr(elf_, section, at);
        return text == nullptr ? std::string_view() : std::string_view(text);
    }

  private:
    text::descriptor descriptor_;
    Elf* elf_ = nullptr;
};

std::vector<std::string> split(std::string_view text, char at) {
    std::vector<std::string> parts;
    for (;;) {
        const auto end = text.find(at);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

stamp_values stamp_of(std::string_view content) {
    stamp_values values;
    for (const auto& pair : split(content.substr(0, content.find('\0')), ';')) {
        const auto equals = pair.find('=');
        if (equals != std::string::npos) values.emplace(pair.substr(0, equals), pair.substr(equals + 1));
    }
    return values;
}

void read_dynamic(const elf_file& elf, Elf_Data* data, const GElf_Shdr& header, binary& into) {
    const auto count = header.sh_entsize == 0 ? 0 : header.sh_size / header.sh_entsize;
    GElf_Dyn entry{};
    for (std::size_t index = 0; index < count && ::gelf_getdyn(data, static_cast<int>(index), &entry) != nullptr;
         ++index) {
        if (entry.d_tag == DT_NULL) break;
        const auto text = [&] { return elf.string(header.sh_link, entry.d_un.d_val); };
        if (entry.d_tag == DT_NEEDED) into.needed.emplace_back(text());
        if (entry.d_tag == DT_RPATH || entry.d_tag == DT_RUNPATH)
            for (auto& path : split(text(), ':')) into.search_paths.push_back(std::move(path));
    }
}

void read_symbols(const elf_file& elf, Elf_Data* data, const GElf_Shdr& header, binary& into) {
    const auto count = header.sh_entsize == 0 ? 0 : header.sh_size / header.sh_entsize;
    GElf_Sym symbol{};
    for (std::size_t index = 0; index < count && ::gelf_getsym(data, static_cast<int>(index), &symbol) != nullptr;
         ++index) {
        const auto binding = GELF_ST_BIND(symbol.st_info);
        if (symbol.st_shndx == SHN_UNDEF || binding == STB_LOCAL) continue;
        into.exported.emplace_back(elf.string(header.sh_link, symbol.st_name));
        if (binding == STB_GNU_UNIQUE) into.process_unique.push_back(into.exported.back());
    }
}

void read_notes(Elf_Data* data, binary& into) {
    const auto* bytes = static_cast<const char*>(data->d_buf);
    GElf_Nhdr note{};
    std::size_t owner = 0;
    std::size_t content = 0;
    for (std::size_t at = 0; (at = ::gelf_getnote(data, at, &note, &owner, &content)) > 0;) {
        const std::string_view name(bytes + owner, note.n_namesz);
        if (note.n_type == stamp_type && name.substr(0, name.find('\0')) == stamp_owner && !into.stamp)
            into.stamp = stamp_of(std::string_view(bytes + content, note.n_descsz));
    }
}

/// "1" and "0" of "1.0.3".
std::pair<int, int> release_of(std::string_view text) {
    int major = 0;
    int minor = 0;
    const char* const end = text.data() + text.size();
    const auto [behind, failed] = std::from_chars(text.data(), end, major);
    if (failed == std::errc{} && behind != end && *behind == '.') std::from_chars(behind + 1, end, minor);
    return {major, minor};
}

/// Whether a plugin with one value of the stamp can be used by a host with the other.
bool agrees(std::string_view name, std::string_view found, std::string_view wanted) {
    // GCC counts corner cases of name mangling up (1017 in GCC 12), Clang stays at 1002; all of 1xxx are the one C++ ABI
    // that both have had since GCC 3.4 (GCC manual, -fabi-version).
    if (name == "compiler_abi") return found.size() == 4 && found.front() == '1' && wanted.front() == '1';
    // An SDK only grows within a major release: a plugin of an older one has all it needs here.
    if (name == "sdk")
        return release_of(found).first == release_of(wanted).first && release_of(found) <= release_of(wanted);
    return found == wanted;
}

/// $ORIGIN, or a folder below it: the plugin brings a library of its own.
bool stays_inside(std::string_view path) {
    constexpr std::array origins{std::string_view("$ORIGIN"), std::string_view("${ORIGIN}")};
    for (const auto origin : origins) {
        if (!path.starts_with(origin)) continue;
        const auto rest = path.substr(origin.size());
        if (!rest.empty() && rest.front() != '/') return false;
        const auto parts = split(rest, '/');
        return std::find(parts.begin(), parts.end(), "..") == parts.end();
    }
    return false;
}

bool contains(const std::vector<std::string>& list, std::string_view text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

std::string kind_name(const binary& of) {
    return fmt::format("{} {}-bit", machine_name(of.machine), of.elf_class == ELFCLASS64 ? 64 : 32);
}

void check_stamp(const binary& found, const binary_requirement& wanted, const std::string& library,
                 std::vector<problem>& problems) {
    if (!found.stamp) {
        problems.emplace_back(PLUGIN_STAMP_MISSING, message::arguments{{"library", library}});
        return;
    }
    for (const auto& [name, value] : wanted.stamp) {
        const auto stated = found.stamp->find(name);
        if (stated != found.stamp->end() && agrees(name, stated->second, value)) continue;
        problems.emplace_back(PLUGIN_STAMP_DIFFERS,
                              message::arguments{{"library", library},
                                                 {"field", name},
                                                 {"found", stated == found.stamp->end() ? "nothing" : stated->second},
                                                 {"wanted", value}});
    }
}

}  // namespace

binary read_binary(const std::filesystem::path& file) {
    const elf_file elf(file);
    if (elf.get() == nullptr || ::elf_kind(elf.get()) != ELF_K_ELF) refuse(file, "it is no ELF file");
    GElf_Ehdr header{};
    if (::gelf_getehdr(elf.get(), &header) == nullptr) refuse(file, ::elf_errmsg(-1));

    binary read;
    read.machine = header.e_machine;
    read.elf_class = static_cast<std::uint8_t>(::gelf_getclass(elf.get()));
    read.shared_object = header.e_type == ET_DYN;
    for (Elf_Scn* section = nullptr; (section = ::elf_nextscn(elf.get(), section)) != nullptr;) {
        GElf_Shdr section_header{};
        if (::gelf_getshdr(section, &section_header) == nullptr) refuse(file, ::elf_errmsg(-1));
        const auto type = section_header.sh_type;
        if (type != SHT_DYNAMIC && type != SHT_DYNSYM && type != SHT_NOTE) continue;
        Elf_Data* data = ::elf_getdata(section, nullptr);
        if (data == nullptr || data->d_buf == nullptr) refuse(file, "a section of it cannot be read");
        if (type == SHT_DYNAMIC) read_dynamic(elf, data, section_header, read);
        if (type == SHT_DYNSYM) read_symbols(elf, data, section_header, read);
        if (type == SHT_NOTE) read_notes(data, read);
    }
    return read;
}

binary_requirement own_requirement() {
    const auto own = read_binary("/proc/self/exe");
    return {own.machine, own.elf_class, stamp_of(own_stamp)};
}

std::vector<problem> check_binary(const binary& found, const binary_requirement& wanted, std::string_view library) {
    std::vector<problem> problems;
    const std::string name(library);
    if (found.machine != wanted.machine || found.elf_class != wanted.elf_class) {
        binary ours;
        ours.machine = wanted.machine;
        ours.elf_class = wanted.elf_class;
        problems.emplace_back(
            PLUGIN_BINARY_MACHINE,
            message::arguments{{"library", name}, {"found", kind_name(found)}, {"wanted", kind_name(ours)}});
        return problems;  // nothing else in it means anything here
    }
    if (!found.shared_object) problems.emplace_back(PLUGIN_BINARY_KIND, message::arguments{{"library", name}});
    for (const std::string_view needed : {"libstdc++.so.6", "libcore_communication.so.1"})
        if (!contains(found.needed, needed))
            problems.emplace_back(PLUGIN_BINARY_NEEDED,
                                  message::arguments{{"library", name}, {"needed", std::string(needed)}});
    for (const auto& path : found.search_paths)
        if (!stays_inside(path))
            problems.emplace_back(PLUGIN_BINARY_SEARCH_PATH, message::arguments{{"library", name}, {"path", path}});
    if (!contains(found.exported, feature_symbol))
        problems.emplace_back(PLUGIN_FEATURE_MISSING, message::arguments{{"library", name}});
    if (!found.process_unique.empty())
        problems.emplace_back(PLUGIN_BINARY_UNIQUE,
                              message::arguments{{"library", name},
                                                 {"symbol", found.process_unique.front()},
                                                 {"count", std::to_string(found.process_unique.size())}});
    check_stamp(found, wanted, name, problems);
    return problems;
}

std::string machine_name(std::uint16_t machine) {
    switch (machine) {
        case EM_X86_64: return "x86-64";
        case EM_386: return "x86";
        case EM_AARCH64: return "AArch64";
        case EM_ARM: return "ARM";
        case EM_RISCV: return "RISC-V";
        case EM_PPC64: return "PowerPC64";
        case EM_S390: return "S/390";
        default: return fmt::format("machine {}", machine);
    }
}

}  // namespace commhost::plugin
