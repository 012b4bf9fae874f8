#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace commhost::stand_in {

/// Parts of one request as it came over the wire; they are gone once it is answered.
struct http_request {
    std::string_view method;
    std::string_view target;
    std::string_view authorization;  ///< The header's value; empty without one.
    std::string_view body;
};

struct http_answer {
    int status = 200;
    std::string body;  ///< JSON.
};

/// HTTP/1.1 on 127.0.0.1, as much of it as clients with kept connections need: bodies of a Content-Length, one request at a time on
/// a connection. One thread: an answer takes it so little that others would only wait for each other.
class http_server {
  public:
    using answering = std::function<http_answer(const http_request&)>;

    /// Every answer leaves `latency` after its request was read, however many others are under way; none waits for another.
    /// Throws std::system_error.
    http_server(std::chrono::microseconds latency, answering answer);
    ~http_server();
    http_server(const http_server&) = delete;
    http_server& operator=(const http_server&) = delete;

    /// Chosen by the system.
    std::uint16_t port() const { return port_; }

    /// Until `input` has come to its end. Throws std::system_error.
    void run(int input);

  private:
    using time_point = std::chrono::steady_clock::time_point;
    using connection_id = std::uint64_t;

    struct connection {
        int number = -1;
        std::string read;
        std::string written;         ///< And not sent yet.
        bool is_answering = false;   ///< Its answer waits for its time.
        bool waits_to_send = false;  ///< epoll tells when more of `written` can be sent.
    };

    struct later {
        time_point due;
        connection_id to{};
        std::string text;
    };

    void watch(int number, std::uint64_t id) const;
    void accept_all();
    void receive(connection_id id);
    void answer_what_is_whole(connection_id id, connection& of);
    void send(connection_id id, connection& of);
    void send_what_is_due();
    void set_timer() const;
    void close(connection_id id);

    std::chrono::microseconds latency_;
    answering answer_;
    int events_ = -1;
    int listener_ = -1;
    int timer_ = -1;
    std::uint16_t port_ = 0;
    connection_id last_;
    std::unordered_map<connection_id, connection> connections_;
    std::deque<later> later_;  ///< In the order of their times, because all wait for as long.
};

}  // namespace commhost::stand_in
