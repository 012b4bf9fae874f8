#include "plugin/archive.hpp"

#include "plugin/codes.hpp"
#include "text/file_content.hpp"
#include "text/utf8.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <sys/stat.h>

#include <array>
#include <clocale>
#include <cstring>
#include <memory>
#include <system_error>

namespace commhost::plugin {

namespace {

namespace fs = std::filesystem;

struct free_archive {
    void operator()(archive* of) const { ::archive_read_free(of); }
};

/// libarchive gives names in the encoding of the thread's locale, and of a program that set none only those in ASCII.
class utf8_locale {
  public:
    utf8_locale() : made_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)), before_(::uselocale(made_)) {}
    ~utf8_locale() {
        ::uselocale(before_);
        if (made_ != nullptr) ::freelocale(made_);
    }
    utf8_locale(const utf8_locale&) = delete;
    utf8_locale& operator=(const utf8_locale&) = delete;

  private:
    locale_t made_;
    locale_t before_;
};

[[noreturn]] void refuse_reading(const fs::path& source, std::string reason) {
    throw message::error(PLUGIN_PACKAGE_READ, {{"source", source.string()}, {"reason", std::move(reason)}});
}

/// What libarchive says of it: text for developers, in English.
[[noreturn]] void refuse_reading(const fs::path& source, archive* of) {
    const char* said = ::archive_error_string(of);
    refuse_reading(source, said == nullptr ? message::phrase("reason_archive_broken") : said);
}

bool is_printable(std::string_view name) {
    while (!name.empty()) {
        const auto [value, bytes] = text::first_code_point(name);
        if (value == text::code_point::none || text::is_unprintable(value)) return false;
        name.remove_prefix(bytes);
    }
    return true;
}

/// The name of an entry as a path that stays in the package; empty for the package's own folder.
fs::path path_of(const fs::path& source, archive_entry* entry) {
    const char* name = ::archive_entry_pathname(entry);
    if (name == nullptr || *name == '\0' || !is_printable(name))
        refuse_entry(source, name == nullptr ? "" : name, message::phrase("reason_entry_name"));
    const fs::path written(name);
    if (written.is_absolute()) refuse_entry(source, name, message::phrase("reason_entry_path"));
    fs::path inside;
    for (const auto& part : written) {
        if (part == "..") refuse_entry(source, name, message::phrase("reason_entry_path"));
        if (!part.empty() && part != ".") inside /= part;
    }
    return inside;
}

const char* kind_of(archive_entry* entry) {
    if (::archive_entry_hardlink(entry) != nullptr) return "link";
    switch (::archive_entry_filetype(entry)) {
        case AE_IFREG: return "file";
        case AE_IFDIR: return "folder";
        case AE_IFLNK: return "link";
        case AE_IFIFO: return "pipe";
        case AE_IFCHR:
        case AE_IFBLK: return "device";
        default: return "neither";
    }
}

void copy_content(archive* from, package_writer& into) {
    std::array<char, 65536> piece{};
    while (true) {
        const auto count = ::archive_read_data(from, piece.data(), piece.size());
        if (count < 0) refuse_reading(into.source(), from);
        if (count == 0) return;
        into.write(std::string_view(piece.data(), static_cast<std::size_t>(count)));
    }
}

void copy_entry(archive* from, archive_entry* entry, package_writer& into) {
    const auto path = path_of(into.source(), entry);
    const std::string_view kind = kind_of(entry);
    if (kind != "file" && kind != "folder")
        refuse_entry(into.source(), path.string(),
                     kind == "link"
                         ? message::phrase("reason_entry_link")
                         : message::phrase("reason_entry_kind", {{"kind", message::word_of("file_kind", kind)}}));
    if (path.empty()) return;
    if (kind == "folder") {
        into.add_folder(path);
        return;
    }
    into.begin_file(path);
    copy_content(from, into);
}

}  // namespace

void unpack_archive(package_writer& into) {
    const utf8_locale names;
    text::descriptor file;
    try {
        file = text::open_plain_file(into.source());
    } catch (const std::system_error& failed) {
        refuse_reading(into.source(), failed.code().message());
    }
    const std::unique_ptr<archive, free_archive> opened(::archive_read_new());
    auto* from = opened.get();
    if (from == nullptr || ::archive_read_support_format_zip(from) != ARCHIVE_OK ||
        ::archive_read_support_format_tar(from) != ARCHIVE_OK ||
        ::archive_read_support_filter_gzip(from) != ARCHIVE_OK || ::archive_read_support_filter_xz(from) != ARCHIVE_OK)
        refuse_reading(into.source(), from);
    constexpr std::size_t block = 65536;
    if (::archive_read_open_fd(from, file.number(), block) != ARCHIVE_OK) refuse_reading(into.source(), from);
    while (true) {
        archive_entry* entry = nullptr;
        const int found = ::archive_read_next_header(from, &entry);
        if (found == ARCHIVE_EOF) return;
        // A warning is of a name that has no such character in this locale, which is none that a plugin has, or of a time.
        if (found != ARCHIVE_OK && found != ARCHIVE_WARN) refuse_reading(into.source(), from);
        copy_entry(from, entry, into);
    }
}

}  // namespace commhost::plugin
