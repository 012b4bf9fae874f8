#include "store/listener.hpp"

#include <libpq-fe.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

namespace commhost::store {

namespace {

constexpr int until_another_try = 1'000;

using server = std::unique_ptr<PGconn, decltype(&PQfinish)>;
using answer = std::unique_ptr<PGresult, decltype(&PQclear)>;
using notice = std::unique_ptr<PGnotify, decltype(&PQfreemem)>;

/// Of keywords given twice the later one counts (libpq, PQconnectdbParams). A server that is away is given up
/// soon, so that whoever ends does not wait for it; one whose host is gone without a word is noticed by keepalives.
server connect(const std::string& address) {
    constexpr std::array keywords{"dbname",          "connect_timeout",     "keepalives",
                                  "keepalives_idle", "keepalives_interval", static_cast<const char*>(nullptr)};
    const std::array values{address.c_str(), "5", "1", "30", "10", static_cast<const char*>(nullptr)};
    return {PQconnectdbParams(keywords.data(), values.data(), 1), &PQfinish};
}

}  // namespace

listener::listener(const database& of, std::string channel, std::function<void(std::string_view)> heard)
    : address_(of.address()), channel_(std::move(channel)), heard_(std::move(heard)) {
    if (of.dialect() == dialect::sqlite) return;
    stop_ = ::eventfd(0, EFD_CLOEXEC);
    if (stop_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
    try {
        thread_ = std::thread([this] {
            do {
                listen_until_stopped();
            } while (!stopped_within(until_another_try));
        });
    } catch (...) {
        ::close(stop_);
        throw;
    }
}

listener::~listener() {
    if (stop_ < 0) return;
    ::eventfd_write(stop_, 1);
    thread_.join();
    ::close(stop_);
}

void listener::say(connection& within, std::string_view channel, std::string_view payload) {
    if (within.dialect() == dialect::sqlite) return;
    within.query<std::optional<std::string>>("select cast(pg_notify(:channel, :payload) as text)",
                                             {{"channel", channel}, {"payload", payload}});
}

bool listener::stopped_within(int milliseconds) const {
    pollfd waited{stop_, POLLIN, 0};
    return ::poll(&waited, 1, milliseconds) > 0;
}

/// Comes back when it is told to, or when the connection is lost.
void listener::listen_until_stopped() {
    const auto on = connect(address_);
    const answer begun(PQexec(on.get(), ("listen " + channel_).c_str()), &PQclear);
    if (PQresultStatus(begun.get()) != PGRES_COMMAND_OK) return;
    heard_({});
    while (PQstatus(on.get()) == CONNECTION_OK) {
        for (notice next(PQnotifies(on.get()), &PQfreemem); next; next.reset(PQnotifies(on.get()))) heard_(next->extra);
        std::array<pollfd, 2> waited{{{PQsocket(on.get()), POLLIN, 0}, {stop_, POLLIN, 0}}};
        if (::poll(waited.data(), waited.size(), -1) < 0 && errno != EINTR) return;
        if (waited[1].revents != 0) return;
        if (PQconsumeInput(on.get()) == 0) return;
    }
}

}  // namespace commhost::store
