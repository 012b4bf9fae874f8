#include "plugin/sealed_library.hpp"

#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "text/descriptor.hpp"
#include "text/file_content.hpp"
#include "text/sha256.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace commhost::plugin {

namespace {

[[noreturn]] void fail(int error) { throw std::system_error(error, std::generic_category()); }

/// Its name is what /proc/PID/maps, perf and crash reports call the plugin. It needs no permission to be executed as a
/// program, and where the admin lets nobody have that (sysctl vm.memfd_noexec, Linux 6.3), asking without it is the
/// only way.
text::descriptor make_memory(const std::string& name) {
    constexpr unsigned no_program = 8;  // MFD_NOEXEC_SEAL, which Debian 12's headers do not know
    for (const unsigned more : {no_program, 0U}) {
        text::descriptor made(::memfd_create(name.c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING | more));
        if (made.number() >= 0) return made;
        if (errno != EINVAL) break;
    }
    fail(errno);
}

}  // namespace

sealed_library::sealed_library(std::filesystem::path file, const std::optional<std::string>& wanted)
    : file_(std::move(file)) {
    try {
        copy_ = make_memory(file_.filename().string());
        text::sha256_hash hash;
        std::size_t size = 0;
        text::read_pieces(file_, [&](std::string_view piece) {
            size += piece.size();
            if (size > most_bytes) fail(EFBIG);
            hash.add(piece);
            if (const auto failed = text::write_all(copy_.number(), piece)) throw std::system_error(failed);
        });
        if (::fcntl(copy_.number(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0)
            fail(errno);
        sha256_ = hash.digits();
        if (wanted && *wanted != sha256_) throw message::error(PLUGIN_CHANGED, {{"file", file_.string()}});
        if (size == 0) return;
        void* const mapped = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, copy_.number(), 0);
        if (mapped == MAP_FAILED) fail(errno);
        content_ = {static_cast<const char*>(mapped), size};
    } catch (const std::system_error& failed) {
        throw message::error(PLUGIN_BINARY_READ, {{"file", file_.string()}, {"reason", failed.code().message()}});
    }
}

sealed_library::sealed_library(sealed_library&& other) noexcept
    : file_(std::move(other.file_)), copy_(std::move(other.copy_)), sha256_(std::move(other.sha256_)),
      content_(std::exchange(other.content_, {})) {}

sealed_library::~sealed_library() {
    if (!content_.empty()) ::munmap(const_cast<char*>(content_.data()), content_.size());
}

text::descriptor sealed_library::duplicate() const {
    text::descriptor made(::fcntl(copy_.number(), F_DUPFD_CLOEXEC, 0));
    if (made.number() < 0)
        throw message::error(PLUGIN_BINARY_READ,
                             {{"file", file_.string()}, {"reason", std::generic_category().message(errno)}});
    return made;
}

}  // namespace commhost::plugin
