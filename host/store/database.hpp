#pragma once

#include "store/clock.hpp"
#include "store/connection.hpp"

#include <chrono>
#include <concepts>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>

namespace commhost::store {

class write_turn;

/// A database and a pool of connections to it. Any thread.
class database {
  public:
    /// location: "sqlite:PATH" or a libpq URI, "postgresql://...". A SQLite file is made when it is not there (mode 0600).
    /// Throws message::error (STORE_LOCATION, STORE_OPEN, STORE_FULL, STORE_READ_ONLY, STORE_DAMAGED). Waits while another one
    /// has it for itself (alone()).
    explicit database(const std::string& location);

    /// The same with a host's clock of the caller's, which outlives it.
    database(const std::string& location, const host_clock& of_host);
    ~database();
    database(const database&) = delete;
    database& operator=(const database&) = delete;

    store::dialect dialect() const;

    /// Without a password.
    const std::string& location() const;

    /// By which everything that several processes share is timed: tasks, leases, the schedule, quarantines. With
    /// PostgreSQL the server's time (server_clock.hpp), whatever the host takes it to be; it is read with every new
    /// connection and again while connections are borrowed. With SQLite, which has one host, the host's.
    const store::clock& clock() const;

    using returned = std::function<void(connection*)>;
    using lease = std::unique_ptr<connection, returned>;

    /// A connection for the caller alone until the lease ends; opened when none is free.
    lease borrow();

    /// Runs work(connection&) in a transaction and returns what it returns. Runs it again, up to three times, when the
    /// database ended it because of others (a deadlock, a lock not gained), so work must do nothing but SQL.
    template <class Work>
    auto transact(Work&& work, durability how = durability::at_once) -> std::invoke_result_t<Work&, connection&> {
        return until_no_conflict([&] {
            const auto mine = turn_to_write();
            const auto on = borrow();
            transaction whole(*on, how);
            if constexpr (std::is_void_v<std::invoke_result_t<Work&, connection&>>) {
                work(*on);
                whole.commit();
            } else {
                auto result = work(*on);
                whole.commit();
                return result;
            }
        });
    }

    /// The same for work that is one statement, which is a transaction by itself.
    template <class Work>
    auto in_one_statement(Work&& work) -> std::invoke_result_t<Work&, connection&> {
        return until_no_conflict([&] {
            const auto on = borrow();
            return work(*on);
        });
    }

    /// Runs work(connection&) while no other process has this database open, and no other object of this one: they wait
    /// before they open it until work has ended. Waits that long for those that have it open. On the one connection alone, since
    /// another one would wait, too; not within a transaction. is_wanted(connection&): asked again and again while it waits; where
    /// it says no, somebody else has done it meanwhile, and nothing is run.
    /// Throws message::error (STORE_IN_USE).
    void alone(std::chrono::milliseconds patience, const std::function<bool(connection&)>& is_wanted,
               const std::function<void(connection&)>& work);

  private:
    friend class listener;
    friend void copy(const database& of, connection& on, const std::filesystem::path& file);

    /// For libpq, with its password.
    const std::string& address() const;

    template <class Try>
    auto until_no_conflict(Try&& once) -> std::invoke_result_t<Try&> {
        for (int tries_left = 3;; --tries_left) {
            try {
                return once();
            } catch (const std::exception& failed) {
                if (tries_left == 1 || !is_conflict(failed)) throw;
            }
        }
    }

    static bool is_conflict(const std::exception& failed);

    /// Where writers of this process wait for each other (SQLite): before they hold a connection.
    using turn = std::unique_ptr<write_turn, void (*)(write_turn*)>;
    turn turn_to_write();

    class pool;
    std::unique_ptr<pool> pool_;
};

}  // namespace commhost::store
