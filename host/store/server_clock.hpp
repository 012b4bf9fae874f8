#pragma once

#include "store/clock.hpp"

#include <chrono>
#include <mutex>
#include <optional>

namespace commhost::store {

/// The time of a database's server, carried on by the host's since_boot(), so that hosts whose clocks are minutes apart agree. It
/// is told the server's time again and again (take()) and otherwise costs nothing.
///
/// Never ahead of the server as it was last read, and behind it by no more than that reading took. It does not go
/// back: where the server's clock does, it stands still until that has caught up. Only a server that went back by more than
/// farthest_back, as one whose clock was wrong and is set right, is followed. Any thread.
class server_clock final : public clock {
  public:
    static constexpr std::chrono::milliseconds good_for{10'000};
    static constexpr std::chrono::milliseconds slowest_reading{500};
    static constexpr std::chrono::milliseconds farthest_back{10 * 60'000};

    explicit server_clock(const host_clock& host) : host_(host) {}

    /// The host's own time until the server's was read once.
    milliseconds_utc now() const override;

    /// Whether the server is to be read again: it was not yet, or longer ago than good_for.
    bool is_due() const;

    /// What the server said when it was asked at asked_at (since_boot()), its answer having come just now. One that took longer
    /// than slowest_reading, as where this process was stopped meanwhile, is worth less than what is known, and left.
    void take(milliseconds_utc server, std::chrono::milliseconds asked_at);

  private:
    const host_clock& host_;
    mutable std::mutex mutex_;
    std::optional<milliseconds_utc> at_boot_;  ///< The server's time when since_boot() was 0.
    std::chrono::milliseconds read_at_{};
    mutable std::optional<milliseconds_utc> last_told_;
};

}  // namespace commhost::store
