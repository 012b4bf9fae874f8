#include "text/descriptor.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>

namespace commhost::text {

descriptor& descriptor::operator=(descriptor&& other) noexcept {
    if (this != &other) {
        close();
        number_ = other.release();
    }
    return *this;
}

void descriptor::close() {
    if (number_ >= 0) ::close(release());
}

std::optional<pipe_ends> make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
    return pipe_ends{descriptor(ends[0]), descriptor(ends[1])};
}

bool read_some(int pipe, std::string& into, std::size_t keep) {
    std::array<char, 16384> piece{};
    for (int pieces = 4; pieces > 0; --pieces) {
        ssize_t count = 0;
        do {
            count = ::read(pipe, piece.data(), piece.size());
        } while (count < 0 && errno == EINTR);
        if (count < 0) return errno == EAGAIN;
        if (count == 0) return false;
        into.append(piece.data(), std::min(static_cast<std::size_t>(count), keep - std::min(keep, into.size())));
    }
    return true;
}

std::error_code write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const auto count = ::write(descriptor, text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return {errno, std::generic_category()};
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
}

}  // namespace commhost::text
