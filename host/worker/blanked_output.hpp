#pragma once

#include "service/secret_blanker.hpp"
#include "worker/watched_child.hpp"

#include <cstddef>
#include <span>
#include <string>

namespace commhost::worker {

/// Shows what a child printed (child_result::output) without these secrets, also where its text was cut within one.
class blanked_output {
  public:
    /// most: how much of the output is to be shown, in bytes.
    blanked_output(std::size_t most, std::span<const std::string> secrets);

    /// How much of it has to be kept for that (child_limits::output).
    std::size_t kept() const { return most_ + blank_.longest(); }

    std::string operator()(const child_result& child) const;

  private:
    std::size_t most_;
    service::secret_blanker blank_;
};

}  // namespace commhost::worker
