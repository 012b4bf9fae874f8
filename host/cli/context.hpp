#pragma once

#include "cli/configuration.hpp"
#include "cli/output.hpp"
#include "worker/host.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace commhost::cli {

/// Exit statuses, the same for every command.
enum exit_status : int {
    done = 0,
    failed = 1,
    changes_pending = 2,  ///< Changes are pending, or part of the work is left.
    wrong_usage = 64,     ///< sysexits.h, EX_USAGE
};

/// What commands share: the flags that all of them have, what is printed with, and the host, opened when first needed.
class context {
  public:
    global_flags flags;
    output out;
    int status = exit_status::done;

    /// The flags as words again, for a process that this one starts; without --database, which may hold a password.
    std::vector<std::string> flag_words() const;

    /// This program with those flags, to be followed by the words of a worker (run_worker). Hands the flag --database on in the
    /// environment, where not every user of the machine sees the password that it may hold.
    std::vector<std::string> worker_command() const;

    const cli::configuration& configuration();
    worker::host& host();

  private:
    std::optional<cli::configuration> configuration_;
    std::unique_ptr<worker::host> host_;
};

}  // namespace commhost::cli
