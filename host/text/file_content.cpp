#include "text/file_content.hpp"

#include "text/descriptor.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace commhost::text {

namespace {

[[noreturn]] void fail(int error, const std::filesystem::path& file) {
    throw std::system_error(error, std::generic_category(), file.string());
}

}  // namespace

descriptor open_plain_file(const std::filesystem::path& file) {
    descriptor open_file(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (open_file.number() < 0) fail(errno, file);
    struct stat status {};
    if (::fstat(open_file.number(), &status) != 0) fail(errno, file);
    if (!S_ISREG(status.st_mode)) fail(EINVAL, file);
    return open_file;
}

std::vector<std::filesystem::path> entries_of(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> found;
    std::error_code failed;
    for (std::filesystem::directory_iterator each(folder, failed);
         !failed && each != std::filesystem::directory_iterator(); each.increment(failed))
        found.push_back(each->path());
    std::sort(found.begin(), found.end());
    return found;
}

void read_pieces(const std::filesystem::path& file, const std::function<void(std::string_view)>& take) {
    const auto open_file = open_plain_file(file);
    std::array<char, 65536> piece;  // not cleared first, which takes longer than to read a small file
    for (;;) {
        const auto count = ::read(open_file.number(), piece.data(), piece.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail(errno, file);
        if (count == 0) return;
        take(std::string_view(piece.data(), static_cast<std::size_t>(count)));
    }
}

std::string read_file(const std::filesystem::path& file, std::size_t at_most) {
    std::string content;
    read_pieces(file, [&](std::string_view piece) {
        content += piece;
        if (content.size() > at_most) fail(EFBIG, file);
    });
    return content;
}

}  // namespace commhost::text
