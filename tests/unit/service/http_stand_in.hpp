#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace httplib {
struct Request;
struct Response;
class Server;
}  // namespace httplib

namespace commhost::test {

/// A certificate made for one test, signed by itself.
struct test_certificate {
    explicit test_certificate(const std::string& address);

    std::string certificate;  ///< PEM
    std::string key;          ///< PEM
};

/// A stand-in for a chat server, for the faults that a real one cannot be made to show. Listens on loopback, on a port
/// that the system chooses; its handler may block, and is called by many threads.
class http_stand_in {
  public:
    using handler = std::function<void(const httplib::Request&, httplib::Response&)>;

    explicit http_stand_in(handler answer);
    http_stand_in(handler answer, const test_certificate& certificate);
    ~http_stand_in();
    http_stand_in(const http_stand_in&) = delete;
    http_stand_in& operator=(const http_stand_in&) = delete;

    /// "http://127.0.0.1:PORT" or "https://..."
    const std::string& address() const { return address_; }

    /// "GET /path" in the order they came.
    std::vector<std::string> seen() const;
    std::size_t connections() const;

    /// How many requests are being answered now.
    std::size_t at_once() const;

    /// The most requests that were being answered at the same time.
    std::size_t most_at_once() const;

    /// For a handler: waits until so many requests are being answered at the same time; false when that does not come
    /// about within half a minute.
    bool wait_for_at_once(std::size_t count);

  private:
    void listen();
    void answer(const httplib::Request& request, httplib::Response& response);

    handler handler_;
    std::unique_ptr<httplib::Server> server_;
    std::string address_;
    std::thread thread_;

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> seen_;
    std::set<int> ports_;
    std::size_t at_once_ = 0;
    std::size_t most_at_once_ = 0;
};

/// A stand-in that speaks no HTTP of its own: reads one request after the other and lets the test say which bytes go
/// back for each, and whether the connection is closed then. One connection at a time.
class raw_stand_in {
  public:
    struct reaction {
        std::string bytes;
        bool close = false;
    };

    /// react gets the number of the request, from 0, counted over all connections, and its text.
    using reactor = std::function<reaction(std::size_t number, const std::string& request)>;

    explicit raw_stand_in(reactor react);
    ~raw_stand_in();
    raw_stand_in(const raw_stand_in&) = delete;
    raw_stand_in& operator=(const raw_stand_in&) = delete;

    const std::string& address() const { return address_; }
    std::size_t requests() const;
    std::size_t connections() const;

  private:
    void serve();
    std::optional<std::string> read_request(int connection) const;

    reactor react_;
    int listener_ = -1;
    int wake_[2] = {-1, -1};
    std::string address_;
    std::thread thread_;
    mutable std::mutex mutex_;
    std::size_t requests_ = 0;
    std::size_t connections_ = 0;
};

}  // namespace commhost::test
