#include "http_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <optional>
#include <system_error>
#include <utility>

namespace commhost::stand_in {

namespace {

// What epoll tells of: connections have numbers after these.
enum : std::uint64_t { listener_id, timer_id, input_id, first_connection };

int checked(int result, const char* what) {
    if (result < 0) throw std::system_error(errno, std::generic_category(), what);
    return result;
}

bool has_name(std::string_view line, std::string_view lower_name) {
    return line.size() > lower_name.size() && line[lower_name.size()] == ':' &&
           std::equal(lower_name.begin(), lower_name.end(), line.begin(), [](char wanted, char found) {
               return wanted == (found >= 'A' && found <= 'Z' ? static_cast<char>(found - 'A' + 'a') : found);
           });
}

std::string_view value_in(std::string_view line) {
    line.remove_prefix(line.find(':') + 1);
    while (line.starts_with(' ')) line.remove_prefix(1);
    return line;
}

std::string_view until(std::string_view& text, std::string_view end) {
    const auto found = std::min(text.find(end), text.size());
    const auto part = text.substr(0, found);
    text.remove_prefix(std::min(found + end.size(), text.size()));
    return part;
}

/// The first request of `read` and how many bytes it is; empty while it is not whole.
std::optional<std::pair<http_request, std::size_t>> first_request(std::string_view read) {
    const auto end = read.find("\r\n\r\n");
    if (end == std::string_view::npos) return std::nullopt;
    auto head = read.substr(0, end);
    http_request found;
    auto line = until(head, "\r\n");
    found.method = until(line, " ");
    found.target = until(line, " ");
    std::size_t length = 0;
    while (!head.empty()) {
        line = until(head, "\r\n");
        if (has_name(line, "authorization")) found.authorization = value_in(line);
        if (has_name(line, "content-length")) {
            const auto value = value_in(line);
            std::from_chars(value.data(), value.data() + value.size(), length);
        }
    }
    if (read.size() < end + 4 + length) return std::nullopt;
    found.body = read.substr(end + 4, length);
    return std::pair(found, end + 4 + length);
}

std::string_view reason(int status) {
    switch (status) {
        case 200: return "OK";
        case 201: return "Created";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        default: return "Other";
    }
}

std::string on_the_wire(const http_answer& answer) {
    std::string text = "HTTP/1.1 " + std::to_string(answer.status) + " ";
    text.append(reason(answer.status));
    text += "\r\nServer: stand-in\r\nContent-Type: application/json\r\nContent-Length: ";
    text += std::to_string(answer.body.size());
    text += "\r\n\r\n";
    text += answer.body;
    return text;
}

}  // namespace

http_server::http_server(std::chrono::microseconds latency, answering answer)
    : latency_(latency), answer_(std::move(answer)), last_(first_connection) {
    events_ = checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
    timer_ = checked(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC), "timerfd_create");
    listener_ = checked(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    checked(::bind(listener_, any, sizeof address), "bind");
    checked(::listen(listener_, SOMAXCONN), "listen");
    socklen_t size = sizeof address;
    checked(::getsockname(listener_, any, &size), "getsockname");
    port_ = ntohs(address.sin_port);
    watch(listener_, listener_id);
    watch(timer_, timer_id);
}

http_server::~http_server() {
    for (const auto& [id, each] : connections_) ::close(each.number);
    for (const int number : {events_, timer_, listener_}) ::close(number);
}

void http_server::run(int input) {
    watch(input, input_id);
    for (;;) {
        std::array<epoll_event, 256> events{};
        const int number = ::epoll_wait(events_, events.data(), static_cast<int>(events.size()), -1);
        if (number < 0 && errno != EINTR) checked(number, "epoll_wait");
        for (int index = 0; index < number; ++index) {
            const auto& event = events[static_cast<std::size_t>(index)];
            const auto id = event.data.u64;
            if (id == listener_id) {
                accept_all();
            } else if (id == timer_id) {
                send_what_is_due();
            } else if (id == input_id) {
                std::array<char, 256> thrown_away{};
                if (::read(input, thrown_away.data(), thrown_away.size()) <= 0) return;
            } else if (const auto found = connections_.find(id); found != connections_.end()) {
                if ((event.events & EPOLLOUT) != 0U) send(id, found->second);
                if ((event.events & ~EPOLLOUT) != 0U) receive(id);
            }
        }
    }
}

void http_server::watch(int number, std::uint64_t id) const {
    epoll_event wanted{};
    wanted.events = EPOLLIN;
    wanted.data.u64 = id;
    checked(::epoll_ctl(events_, EPOLL_CTL_ADD, number, &wanted), "epoll_ctl");
}

void http_server::accept_all() {
    for (;;) {
        const int number = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (number < 0) return;
        const int on = 1;
        ::setsockopt(number, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        const auto id = ++last_;
        connections_[id].number = number;
        watch(number, id);
    }
}

void http_server::receive(connection_id id) {
    const auto found = connections_.find(id);
    if (found == connections_.end()) return;
    auto& of = found->second;
    for (;;) {
        std::array<char, 65'536> bytes;
        const auto number = ::recv(of.number, bytes.data(), bytes.size(), 0);
        if (number > 0) of.read.append(bytes.data(), static_cast<std::size_t>(number));
        if (number == static_cast<ssize_t>(bytes.size())) continue;
        if (number > 0 || (number < 0 && (errno == EAGAIN || errno == EINTR))) break;
        close(id);
        return;
    }
    answer_what_is_whole(id, of);
}

void http_server::answer_what_is_whole(connection_id id, connection& of) {
    while (!of.is_answering) {
        const auto first = first_request(of.read);
        if (!first) return;
        auto text = on_the_wire(answer_(first->first));
        of.read.erase(0, first->second);
        if (latency_ > latency_.zero()) {
            of.is_answering = true;
            later_.push_back({std::chrono::steady_clock::now() + latency_, id, std::move(text)});
            if (later_.size() == 1) set_timer();
        } else {
            of.written += text;
            send(id, of);
        }
    }
}

void http_server::send(connection_id id, connection& of) {
    while (!of.written.empty()) {
        const auto number = ::send(of.number, of.written.data(), of.written.size(), MSG_NOSIGNAL);
        if (number < 0) break;  // a connection that is lost is seen when it is read
        of.written.erase(0, static_cast<std::size_t>(number));
    }
    epoll_event wanted{};
    wanted.events = of.written.empty() ? EPOLLIN : EPOLLIN | EPOLLOUT;
    wanted.data.u64 = id;
    const bool was_waiting = std::exchange(of.waits_to_send, !of.written.empty());
    if (was_waiting != of.waits_to_send) checked(::epoll_ctl(events_, EPOLL_CTL_MOD, of.number, &wanted), "epoll_ctl");
}

void http_server::send_what_is_due() {
    std::uint64_t times = 0;
    static_cast<void>(::read(timer_, &times, sizeof times));
    const auto now = std::chrono::steady_clock::now();
    while (!later_.empty() && later_.front().due <= now) {
        auto due = std::move(later_.front());
        later_.pop_front();
        const auto to = connections_.find(due.to);
        if (to == connections_.end()) continue;
        to->second.is_answering = false;
        to->second.written += due.text;
        send(due.to, to->second);
        answer_what_is_whole(due.to, to->second);
    }
    set_timer();
}

void http_server::set_timer() const {
    if (later_.empty()) return;
    // A time that has passed would stop the timer in the place of ringing only if it were zero; steady_clock is CLOCK_MONOTONIC here.
    const auto since = later_.front().due.time_since_epoch();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since);
    itimerspec when{};
    when.it_value.tv_sec = seconds.count();
    when.it_value.tv_nsec = std::chrono::nanoseconds(since - seconds).count();
    checked(::timerfd_settime(timer_, TFD_TIMER_ABSTIME, &when, nullptr), "timerfd_settime");
}

void http_server::close(connection_id id) {
    const auto found = connections_.find(id);
    ::close(found->second.number);
    connections_.erase(found);
}

}  // namespace commhost::stand_in
