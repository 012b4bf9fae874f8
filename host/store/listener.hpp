#pragma once

#include "store/database.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <thread>

namespace commhost::store {

/// Hears what others say on a channel of a PostgreSQL server (NOTIFY) at the moment at which it is committed, on a connection
/// and in a thread of its own. SQLite has no such thing: there it hears nothing.
///
/// A word may be lost, as while the connection is: whoever listens looks by itself as well, only less often. A lost connection is
/// made again, a second apart, for as long as it takes.
class listener {
  public:
    /// heard(payload): called in the listener's thread for each word, and with an empty one after each beginning to listen,
    /// since something may have been said before. Must not throw. channel: a name in lower case.
    /// Throws std::system_error where there is no thread or no descriptor left. of outlives it.
    listener(const database& of, std::string channel, std::function<void(std::string_view payload)> heard);
    ~listener();
    listener(const listener&) = delete;
    listener& operator=(const listener&) = delete;

    /// Says it to all who listen on the channel, when the caller's transaction is committed; the same word once for each
    /// transaction, however often it is said. Nothing on SQLite.
    static void say(connection& within, std::string_view channel, std::string_view payload);

  private:
    void listen_until_stopped();
    bool stopped_within(int milliseconds) const;

    std::string address_;
    std::string channel_;
    std::function<void(std::string_view)> heard_;
    int stop_ = -1;  ///< An eventfd(2).
    std::thread thread_;
};

}  // namespace commhost::store
