#pragma once

#include "worker/validator/verdict.hpp"

#include <string>
#include <string_view>

namespace commhost::worker::validator {

/// In a child: tells the parent what is being done, so that it can say where the process ended, and in the end the verdict.
class reporter {
  public:
    /// Moves the report's pipe out of the way of a plugin that closes low descriptors. Throws std::system_error.
    reporter();

    /// what: "create_chat_room (no-network)"; names of the contract, the same in every language.
    void doing(std::string_view what);

    void say(const verdict& found);

  private:
    void write(std::string line);

    int pipe_;
    std::string last_;
};

/// What a child has told.
struct told {
    std::string doing;  ///< The last thing; empty when it never came so far.
    bool is_whole = false;
    validator::verdict verdict;  ///< When it is whole.
};

/// Whatever stands in the pipe: the plugin may have written there.
told told_by(std::string_view report);

}  // namespace commhost::worker::validator
