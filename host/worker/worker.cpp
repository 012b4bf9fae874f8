#include "worker/worker.hpp"

#include "communication/site.hpp"
#include "message/error.hpp"
#include "service/stop.hpp"
#include "worker/codes.hpp"
#include "worker/room_task.hpp"
#include "worker/signals.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <future>
#include <list>
#include <optional>
#include <string>
#include <utility>

namespace commhost::worker {

namespace {

using clock = std::chrono::steady_clock;
using core_communication::log_level;

constexpr std::chrono::milliseconds idle_poll{200};
constexpr std::chrono::seconds stay_idle{30};

/// The end of a room's thread wakes the main thread, which waits for signals.
constexpr int room_done = SIGUSR1;

/// Asks for the end once the rooms under way are done: another worker takes over.
constexpr int finish = SIGUSR2;

struct running_room {
    task::leased_task task;
    service::stop_source stop;
    std::future<void> done;
};

class worker {
  public:
    worker(host& of, const provider_in_use& provider, std::string_view owner)
        : host_(of), owner_(owner), provider_name_(provider.entry().name), engine_(of.settings().http),
          tasks_(of, provider, engine_, communication::site_id(*of.database().borrow())) {}

    ~worker() {
        // Reached with rooms under way only when something was thrown: their threads end at the next safe point.
        for (auto& room : rooms_) room.stop.request();
    }
    worker(const worker&) = delete;
    worker& operator=(const worker&) = delete;

    void run(const signals& from) {
        auto last_work = clock::now();
        int signal = 0;
        while (clock::now() - last_work < stay_idle) {
            ride_out([&] {
                heartbeat();
                reap();
                lease();
            });
            if (!rooms_.empty()) last_work = clock::now();
            signal = from.wait(idle_poll);
            if (signal == SIGTERM || signal == finish) break;
        }
        while (!rooms_.empty()) {
            if (signal == SIGTERM)
                for (auto& room : rooms_) room.stop.request();
            ride_out([&] {
                heartbeat();
                reap();
            });
            if (!rooms_.empty()) signal = from.wait(idle_poll);
        }
        host_.queue().release_gracefully(owner_);
    }

  private:
    /// A database that is away for a while is no reason to die: what was done would count as a crash.
    template <class Work>
    void ride_out(Work&& work) {
        try {
            work();
        } catch (const message::error& failed) {
            host_.log().write(log_level::error, {"worker", {}, {}}, failed.what());
        }
    }

    void lease() {
        if (lost_an_ending_) {
            if (rooms_.empty()) {
                host_.queue().release_gracefully(owner_);
                lost_an_ending_ = false;
            }
            return;
        }
        const auto free = host_.settings().rooms_at_once - static_cast<int>(rooms_.size());
        if (free <= 0) return;
        for (auto& task : host_.queue().lease(owner_, provider_name_, free)) start(std::move(task));
    }

    void start(task::leased_task task) {
        auto& room = rooms_.emplace_back();
        room.task = std::move(task);
        const auto main_thread = pthread_self();
        room.done = std::async(std::launch::async, [this, &room, main_thread] {
            try {
                tasks_.run(room.task, room.stop.stop());
            } catch (...) {
                pthread_kill(main_thread, room_done);
                throw;
            }
            pthread_kill(main_thread, room_done);
        });
    }

    void reap() {
        for (auto room = rooms_.begin(); room != rooms_.end();) {
            if (room->done.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
                ++room;
                continue;
            }
            wait_for(*room);
            room = rooms_.erase(room);
        }
    }

    /// What is thrown here kept the queue from being told how the task ended. The whole worker gives its tasks back when
    /// its rooms are done, and with them this one.
    void wait_for(running_room& room) {
        try {
            room.done.get();
        } catch (const std::exception& failed) {
            host_.log().write(log_level::error, {"worker", std::nullopt, static_cast<std::int64_t>(room.task.id)},
                              failed.what());
            lost_an_ending_ = true;
        }
    }

    void heartbeat() {
        const auto due = host_.queue().settings().lease / 4;
        if (rooms_.empty() || clock::now() - last_heartbeat_ < due) return;
        last_heartbeat_ = clock::now();
        const auto held = host_.queue().heartbeat(owner_);
        for (auto& room : rooms_) {
            const task::held_task mine{room.task.id, room.task.lease};
            if (std::find(held.begin(), held.end(), mine) == held.end()) room.stop.request();
        }
    }

    host& host_;
    std::string owner_;
    std::string provider_name_;
    service::http_engine engine_;
    room_task tasks_;
    std::list<running_room> rooms_;
    clock::time_point last_heartbeat_ = clock::now();
    bool lost_an_ending_ = false;  ///< A task ended and the queue does not know: no new ones until all are given back.
};

}  // namespace

namespace {

/// What is printed from here on, which is the plugin's word or a library's, goes to standard output, where the supervisor reads
/// it; standard error is the log's alone.
void keep_standard_error_for(service::log& log) {
    constexpr int out_of_the_way = 40;  // of a plugin that closes the low numbers, as programs do that become daemons
    const int kept = ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, out_of_the_way);
    if (kept < 0 || ::dup2(STDOUT_FILENO, STDERR_FILENO) < 0)
        throw message::error(WORKER_START, {{"program", "worker"}, {"reason", std::strerror(errno)}});
    log.write_to(kept);
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
}

/// Without the destructors of the plugin's static objects, but with what it printed.
[[noreturn]] void leave(int status) {
    std::fflush(stdout);
    ::_exit(status);
}

}  // namespace

void run_worker(host& of, std::string_view provider, std::string_view owner) {
    const signals from{SIGTERM, finish, room_done};
    // Ctrl-C in a terminal reaches the whole process group; the supervisor, who gets it too, says when to stop.
    std::signal(SIGINT, SIG_IGN);
    int status = 0;
    std::optional<provider_in_use> loaded;
    try {
        keep_standard_error_for(of.log());
        loaded.emplace(of, provider);
    } catch (const message::error& failed) {
        of.log().write(log_level::error, {"worker", {}, {}}, std::string(failed.what()) + " " + failed.advice());
        leave(worker_cannot_begin);
    }
    try {
        worker(of, *loaded, owner).run(from);
    } catch (const std::exception& failed) {
        of.log().write(log_level::error, {"worker", {}, {}}, failed.what());
        status = 1;
    }
    leave(status);
}

}  // namespace commhost::worker
