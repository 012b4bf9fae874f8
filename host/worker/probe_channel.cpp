#include "worker/probe_channel.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <stdexcept>

namespace commhost::worker {

namespace {

constexpr std::size_t most_order_bytes = std::size_t{64} * 1024;

/// A piece of an order, with room for the one descriptor that goes with it (cmsg(3)).
class piece_with_descriptor {
  public:
    piece_with_descriptor(char* bytes, std::size_t size) : piece_{bytes, size} {
        message_.msg_iov = &piece_;
        message_.msg_iovlen = 1;
        message_.msg_control = beside_.data();
        message_.msg_controllen = beside_.size();
    }
    piece_with_descriptor(const piece_with_descriptor&) = delete;
    piece_with_descriptor& operator=(const piece_with_descriptor&) = delete;

    msghdr& message() { return message_; }

  private:
    iovec piece_;
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> beside_{};
    msghdr message_{};
};

std::error_code send_all(int channel, std::string_view text) {
    while (!text.empty()) {
        const auto count = ::send(channel, text.data(), text.size(), MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return {errno, std::generic_category()};
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
}

/// What came along with a piece; replaces what came with an earlier one.
void take_descriptor(msghdr& message, text::descriptor& into) {
    for (auto* part = CMSG_FIRSTHDR(&message); part != nullptr; part = CMSG_NXTHDR(&message, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
        int number = -1;
        std::memcpy(&number, CMSG_DATA(part), sizeof number);
        into = text::descriptor(number);
    }
}

}  // namespace

std::optional<channel_ends> make_channel() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return std::nullopt;
    return channel_ends{text::descriptor(ends[0]), text::descriptor(ends[1])};
}

std::error_code send_order(int channel, const probe_order& order, int library) {
    auto line = to_json(order) + '\n';
    piece_with_descriptor piece(line.data(), line.size());
    auto& message = piece.message();
    auto* const part = CMSG_FIRSTHDR(&message);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(sizeof library);
    std::memcpy(CMSG_DATA(part), &library, sizeof library);
    ssize_t sent = 0;
    do {
        sent = ::sendmsg(channel, &message, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    if (sent < 0) return {errno, std::generic_category()};
    return send_all(channel, std::string_view(line).substr(static_cast<std::size_t>(sent)));
}

std::optional<std::pair<probe_order, text::descriptor>> receive_order(int channel) {
    std::string line;
    text::descriptor library;
    while (!line.ends_with('\n')) {
        std::array<char, 4096> bytes{};
        piece_with_descriptor piece(bytes.data(), bytes.size());
        const auto count = ::recvmsg(channel, &piece.message(), MSG_CMSG_CLOEXEC);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return std::nullopt;
        take_descriptor(piece.message(), library);
        line.append(bytes.data(), static_cast<std::size_t>(count));
        if (line.size() > most_order_bytes) return std::nullopt;
    }
    if (!library) return std::nullopt;
    try {
        return std::pair(order_of(line), std::move(library));
    } catch (const std::invalid_argument&) {  // whoever reads the orders has nobody to tell it to
        return std::nullopt;
    }
}

bool send_line(int channel, std::string text) { return !send_all(channel, text += '\n'); }

}  // namespace commhost::worker
