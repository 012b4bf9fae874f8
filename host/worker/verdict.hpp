#pragma once

#include <csignal>
#include <cstdint>

namespace commhost::worker {

/// The statuses with which a worker ends by itself, and by then it holds no task any more.
///
/// It was told to end, or nothing was due for a while. Not 0, which is what a plugin's library leaves with that calls exit.
inline constexpr int worker_in_order = 4;
/// It could not begin: its provider cannot be loaded or its settings are not complete. The log says why.
inline constexpr int worker_cannot_begin = 3;

/// Asks a worker to end once the rooms under way are done: another one takes over.
inline constexpr int signal_to_finish = SIGUSR2;

/// What its supervisor did to a worker that has ended.
enum class asked : std::uint8_t {
    nothing,
    to_finish,  ///< Sent signal_to_finish.
    to_end,     ///< Sent SIGTERM when the supervisor ended, or killed for a task that took too long.
};

/// How a worker ended.
struct worker_end {
    int exit_status = -1;  ///< -1 when a signal ended it.
    int signal = 0;        ///< The signal that ended it.
    asked before{};
    std::int64_t held = 0;  ///< How many tasks it still held.
};

enum class verdict : std::uint8_t {
    in_order,      ///< What it held is given back, and nothing is held against it.
    cannot_begin,  ///< Likewise, and another one would not get further now.
    crashed,       ///< It counts as a crash, and so it does for each task that it held.
};

/// What a supervisor makes of it. Whoever holds tasks at its end was ended by its plugin, whatever the status.
verdict judge(const worker_end& end);

}  // namespace commhost::worker
