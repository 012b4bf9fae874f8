#include "store/database.hpp"

#include "message/error.hpp"
#include "store/codes.hpp"
#include "store/server_clock.hpp"
#include "store/soci_connection.hpp"
#include "store/write_turn.hpp"
#include "text/descriptor.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <libpq-fe.h>
#include <sys/file.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

namespace commhost::store {

namespace {

constexpr std::string_view sqlite_prefix = "sqlite:";

/// SQLite would make the file readable for everybody that the umask lets read; what is in it are people's names.
text::descriptor open_private_file(const std::string& path, const std::string& location) {
    text::descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (file) return file;
    const int why = errno;
    if (why == EROFS || (why == EACCES && ::access(path.c_str(), R_OK) == 0))
        throw message::error(STORE_READ_ONLY, {{"reason", path + ": " + std::strerror(why)}});
    throw message::error(STORE_OPEN, {{"location", location}, {"reason", std::strerror(why)}});
}

/// Waits, for which a signal is no reason to stop (flock(2)). SQLite's own locks on the file are others (fcntl(2)).
void share(const text::descriptor& file) {
    while (::flock(file.number(), LOCK_SH) != 0 && errno == EINTR) continue;
}

/// Who, where and what of a PostgreSQL URI, as libpq reads it, and nothing else: it may hold passwords in several places.
std::string without_secrets(const std::string& location) {
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
        PQconninfoParse(location.c_str(), nullptr), &PQconninfoFree);
    if (options == nullptr) throw message::error(STORE_LOCATION, {{"location", "postgresql:..."}});
    std::map<std::string_view, std::string> parts;
    for (const auto* option = options.get(); option->keyword != nullptr; ++option)
        parts[option->keyword] = option->val == nullptr ? "" : option->val;
    const auto user = parts["user"].empty() ? "" : parts["user"] + "@";
    return "postgresql://" + user + parts["host"] + (parts["port"].empty() ? "" : ":" + parts["port"]) + "/" +
           parts["dbname"];
}

/// Connections are made later, too, when the process may have taken its password out of the environment.
std::string password_of_environment(const std::string& location) {
    const char* const password = std::getenv("PGPASSWORD");
    if (password == nullptr) return {};
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
        PQconninfoParse(location.c_str(), nullptr), &PQconninfoFree);
    for (const auto* option = options.get(); option != nullptr && option->keyword != nullptr; ++option)
        if (std::string_view(option->keyword) == "password" && option->val != nullptr) return {};
    std::string encoded = "&password=";
    for (const char byte : std::string_view(password))
        encoded += fmt::format("%{:02X}", static_cast<unsigned char>(byte));
    return encoded;
}

}  // namespace

class database::pool {
  public:
    pool(const std::string& location, const host_clock& of_host) : host(of_host), server(of_host) {
        if (location.starts_with(sqlite_prefix) && location.size() > sqlite_prefix.size()) {
            dialect = dialect::sqlite;
            const auto path = location.substr(sqlite_prefix.size());
            shown = location;
            if (path.find('"') != std::string::npos) throw message::error(STORE_LOCATION, {{"location", location}});
            in_use = open_private_file(path, location);
            share(in_use);
            // timeout: how many seconds to wait for another process's lock before STORE_BUSY.
            backend_text = "dbname=\"" + path + "\" timeout=20 shared_cache=false";
        } else if (location.starts_with("postgresql://") || location.starts_with("postgres://")) {
            dialect = dialect::postgresql;
            shown = without_secrets(location);
            // SOCI takes a text without any '=' for the beginning of one and adds it.
            backend_text = location + (location.find('?') == std::string::npos ? "?application_name=commhost" : "") +
                           password_of_environment(location);
        } else {
            // What stands behind the scheme may hold a password.
            throw message::error(STORE_LOCATION, {{"location", location.substr(0, location.find(':')) + ":..."}});
        }
    }

    std::unique_ptr<soci_connection> take() {
        while (auto taken = take_free()) {
            if (!server.is_due() || read_server_time(*taken)) return taken;
        }
        auto opened = std::make_unique<soci_connection>(dialect, backend_text, shown);
        // Whoever works with one connection, such as an import, has all that SQLite gives.
        if (opened_before.exchange(true)) opened->be_one_of_many();
        read_server_time(*opened);
        return opened;
    }

    const store::clock& clock() const {
        if (dialect == dialect::sqlite) return host;
        return server;
    }

    void give_back(std::unique_ptr<soci_connection> returned) {
        if (!returned->usable()) return;
        const std::scoped_lock locked(mutex);
        // To open one and to have its statements ready takes milliseconds, and what it keeps of the file is little (be_one_of_many).
        constexpr std::size_t most_free = 12;
        if (dialect == dialect::sqlite && free.size() >= most_free) return;
        free.push_back(std::move(returned));
    }

    std::unique_ptr<soci_connection> take_free() {
        const std::scoped_lock locked(mutex);
        if (free.empty()) return nullptr;
        auto taken = std::move(free.back());
        free.pop_back();
        return taken;
    }

    /// Returns whether the connection can be used.
    bool read_server_time(soci_connection& on) {
        if (dialect == dialect::sqlite) return true;
        const auto asked_at = host.since_boot();
        const auto time = on.server_time();
        if (time) server.take(*time, asked_at);
        return time.has_value();
    }

    /// Gives up that this process is here, and wants to be the only one. Returns whether it is.
    bool stay_alone(connection& on) {
        if (dialect == dialect::sqlite) return ::flock(in_use.number(), LOCK_EX | LOCK_NB) == 0;
        return on.scalar<bool>("select case when pg_try_advisory_lock(" + std::string(presence_lock) +
                               ") then 1 else 0 end") == true;
    }

    /// To be seen as here again, after stay_alone() or instead of it.
    void come_back(connection& on, bool was_alone) {
        if (dialect == dialect::sqlite) return share(in_use);
        const std::string number(presence_lock);
        if (was_alone) on.query<std::optional<std::string>>("select cast(pg_advisory_unlock(" + number + ") as text)");
        on.query<std::optional<std::string>>("select cast(pg_advisory_lock_shared(" + number + ") as text)");
    }

    void leave(connection& on) {
        {
            const std::scoped_lock locked(mutex);
            free.clear();
        }
        if (dialect == dialect::sqlite) {
            ::flock(in_use.number(), LOCK_UN);
        } else {
            on.query<std::optional<std::string>>("select cast(pg_advisory_unlock_shared(" + std::string(presence_lock) +
                                                 ") as text)");
        }
    }

    const host_clock& host;
    server_clock server;
    store::dialect dialect{};
    text::descriptor in_use;  ///< SQLite: the file, with a lock that says that somebody has it open (flock(2)).
    std::string backend_text;
    std::string shown;
    std::atomic<bool> opened_before = false;
    write_turn writing;
    std::mutex mutex;
    std::vector<std::unique_ptr<soci_connection>> free;
};

namespace {

const system_clock own_clock;

}  // namespace

database::database(const std::string& location) : database(location, own_clock) {}

database::database(const std::string& location, const host_clock& of_host)
    : pool_(std::make_unique<pool>(location, of_host)) {
    borrow();
}

database::~database() = default;

dialect database::dialect() const { return pool_->dialect; }

const std::string& database::location() const { return pool_->shown; }

const std::string& database::address() const { return pool_->backend_text; }

const clock& database::clock() const { return pool_->clock(); }

database::lease database::borrow() {
    auto* pool = pool_.get();
    return {pool->take().release(), [pool](connection* returned) {
                pool->give_back(std::unique_ptr<soci_connection>(static_cast<soci_connection*>(returned)));
            }};
}

database::turn database::turn_to_write() {
    constexpr std::chrono::seconds patience{20};  // as for the lock of another process
    const bool is_mine = dialect() == dialect::sqlite && pool_->writing.take(patience);
    return {is_mine ? &pool_->writing : nullptr, [](write_turn* of) { of->pass_on(); }};
}

void database::alone(std::chrono::milliseconds patience, const std::function<bool(connection&)>& is_wanted,
                     const std::function<void(connection&)>& work) {
    constexpr std::chrono::milliseconds pause{20};
    const auto on = borrow();
    const auto deadline = std::chrono::steady_clock::now() + patience;
    // Not kept meanwhile: two who both wait to be alone would wait for each other.
    pool_->leave(*on);
    bool is_alone = false;
    try {
        // Somebody who was alone meanwhile may stay for as long as it likes, having done it.
        while (is_wanted(*on)) {
            is_alone = pool_->stay_alone(*on);
            if (is_alone || std::chrono::steady_clock::now() >= deadline) break;
            std::this_thread::sleep_for(pause);
        }
        if (is_alone) {
            work(*on);
        } else if (is_wanted(*on)) {
            throw message::error(STORE_IN_USE, {{"location", location()}});
        }
    } catch (...) {
        pool_->come_back(*on, is_alone);
        throw;
    }
    pool_->come_back(*on, is_alone);
}

bool database::is_conflict(const std::exception& failed) {
    const auto* known = dynamic_cast<const message::error*>(&failed);
    return known != nullptr && known->code() == STORE_BUSY;
}

}  // namespace commhost::store
