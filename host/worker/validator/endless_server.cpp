#include "worker/validator/endless_server.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace commhost::worker::validator {

namespace {

constexpr int between_bytes = 20;  // milliseconds

[[noreturn]] void refuse() { throw std::system_error(errno, std::generic_category()); }

/// Whoever is being answered.
struct client {
    text::descriptor socket;
    std::string request;  ///< As much of it as came before it was answered.
    bool is_answered = false;
};

/// What is sent again and again.
std::string endless_part(endless_server::kind which) {
    constexpr std::size_t much = 65'536;
    switch (which) {
        case endless_server::kind::flood: return std::string(much, ' ');
        case endless_server::kind::trickle: return " ";
        case endless_server::kind::headers: return "X-More: " + std::string(1000, 'x') + "\r\n";
    }
    return {};
}

/// Without a length, so that the body ends with the connection (RFC 9112, section 6.3).
std::string_view beginning(endless_server::kind which) {
    if (which == endless_server::kind::headers) return "HTTP/1.1 200 OK\r\n";
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n";
}

/// Takes in what was sent. Returns whether the client is still there.
bool hear(client& from) {
    std::array<char, 4096> bytes{};
    for (;;) {
        const auto count = ::recv(from.socket.number(), bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (count == 0) return false;
        if (count < 0) return errno == EAGAIN || errno == EINTR;
        if (!from.is_answered) from.request.append(bytes.data(), static_cast<std::size_t>(count));
    }
}

bool say(const client& to, std::string_view text) {
    return ::send(to.socket.number(), text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL) >= 0 || errno == EAGAIN ||
           errno == EINTR;
}

}  // namespace

endless_server::endless_server(kind which)
    : kind_(which), listening_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)),
      over_(::eventfd(0, EFD_CLOEXEC)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    auto* const address = reinterpret_cast<sockaddr*>(&at);
    if (!listening_ || !over_ || ::bind(listening_.number(), address, size) != 0 ||
        ::listen(listening_.number(), SOMAXCONN) != 0 || ::getsockname(listening_.number(), address, &size) != 0)
        refuse();
    url_ = "http://127.0.0.1:" + std::to_string(ntohs(at.sin_port));
    thread_ = std::thread([this] { serve(); });
}

endless_server::~endless_server() {
    ::eventfd_write(over_.number(), 1);
    thread_.join();
}

void endless_server::serve() const {
    const auto part = endless_part(kind_);
    const bool is_slow = kind_ == kind::trickle;
    std::vector<client> clients;
    for (;;) {
        std::vector<pollfd> waited{{over_.number(), POLLIN, 0}, {listening_.number(), POLLIN, 0}};
        for (const auto& each : clients) {
            const auto wanted = each.is_answered && !is_slow ? POLLIN | POLLOUT : POLLIN;
            waited.push_back({each.socket.number(), static_cast<std::int16_t>(wanted), 0});
        }
        if (::poll(waited.data(), waited.size(), is_slow && !clients.empty() ? between_bytes : -1) < 0 &&
            errno != EINTR)
            return;
        if (waited[0].revents != 0) return;
        std::vector<client> left;
        for (auto& each : clients) {
            if (!hear(each)) continue;
            bool is_there = true;
            if (each.is_answered) {
                is_there = say(each, part);
            } else if (each.request.find("\r\n\r\n") != std::string::npos) {
                is_there = say(each, beginning(kind_));
                each.is_answered = true;
            }
            if (is_there) left.push_back(std::move(each));
        }
        clients = std::move(left);
        text::descriptor added(::accept4(listening_.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (added) clients.push_back({std::move(added), {}, false});
    }
}

}  // namespace commhost::worker::validator
