#pragma once

#include "worker/validator/verdict.hpp"
#include "worker/validator/watcher.hpp"

#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::worker::validator {

/// In a child: tells the parent what is being done, so that it can say where the process ended, and in the end the verdict.
/// Any thread.
class reporter {
  public:
    /// Moves the report's pipe out of the way of a plugin that closes low descriptors. Throws std::system_error.
    reporter();

    /// what: "create_chat_room (no-network)"; names of the contract, the same in every language.
    void doing(std::string_view what);

    /// secret: the order's, without which a verdict is none.
    void say(const verdict& found, std::string_view secret);

    /// What was seen on the server, for the tests to which it belongs.
    void hand_on(const breach& seen);

    /// A room is about to be made on the server; it is gone again.
    void begins_room(std::string_view key);
    void has_deleted_room(std::string_view key);

    // All but the constructor throw std::system_error where the pipe is closed.

  private:
    void write(std::string line);
    void write_line(std::string line);

    int pipe_;
    std::mutex mutex_;  ///< Of what follows, and of a line.
    std::string last_;
};

/// What a child has told.
struct told {
    std::string doing;  ///< The last thing; empty when it never came so far.
    bool is_whole = false;
    validator::verdict verdict;  ///< When it is whole.
    std::vector<breach> handed_on;
    std::vector<std::string> begun_rooms;  ///< Each once.
    std::set<std::string> deleted_rooms;
};

/// Whatever stands in the pipe: the plugin may have written there. A verdict counts where the secret stands before it.
told told_by(std::string_view report, std::string_view secret);

}  // namespace commhost::worker::validator
