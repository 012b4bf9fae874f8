#include "worker/worker.hpp"

#include "communication/site.hpp"
#include "message/error.hpp"
#include "plugin/plugin_memory.hpp"
#include "store/listener.hpp"
#include "text/descriptor.hpp"
#include "worker/availability.hpp"
#include "worker/child.hpp"
#include "worker/codes.hpp"
#include "worker/crash_trace.hpp"
#include "worker/reduced_environment.hpp"
#include "worker/room_places.hpp"
#include "worker/room_task.hpp"
#include "worker/rooms_under_way.hpp"
#include "worker/signals.hpp"
#include "worker/verdict.hpp"

#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>

namespace commhost::worker {

namespace {

using clock = std::chrono::steady_clock;
using core_communication::log_level;

constexpr std::chrono::milliseconds idle_poll{200};
constexpr std::chrono::seconds stay_idle{30};

/// How long a round that failed is waited after: the database is away, or the machine is out of threads.
constexpr std::chrono::milliseconds after_failure{1'000};

/// The end of a room's thread wakes the main thread, which waits for signals, and so does the queue that has something ready.
constexpr int look_now = SIGUSR1;

/// That a task has ended, well or not, and the plugin with it has not: its supervisor holds no death against who gets on.
void tell_of_work() {
    const std::uint64_t once = 1;
    // Fails but for a signal only where the counter is full, and where a plugin has closed it.
    while (::write(work_descriptor, &once, sizeof once) < 0 && errno == EINTR) {
    }
}

class worker {
  public:
    /// Made in the main thread.
    worker(host& of, const provider_in_use& provider, std::string_view owner)
        : host_(of), owner_(owner), engine_(of.settings().http),
          tasks_(of, provider, engine_, communication::site_id(*of.database().borrow())),
          rooms_(of.queue(), of.log(),
                 {owner_, provider.entry().name,
                  [this, most = of.settings().rooms_at_once] { return room_places(most, engine_.takes_at_once()); },
                  [this](const task::leased_task& task, const service::stop& stop) {
                      const crash_stack stack;
                      tasks_.run(task, stop);
                      if (!stop.requested()) tell_of_work();
                  },
                  [main_thread = pthread_self()] { pthread_kill(main_thread, look_now); }}),
          wake_up_(of.database(), std::string(task::wake_up_channel),
                   [own = provider.entry().name, main_thread = pthread_self()](std::string_view queue) {
                       if (queue == own) pthread_kill(main_thread, look_now);
                   }) {}

    /// Comes back when the queue knows that the owner holds nothing any more, however long the database is away: whoever leaves
    /// earlier is taken for one that its plugin ended.
    void run(const signals& from) {
        auto last_work = clock::now();
        int signal = 0;
        while (clock::now() - last_work < stay_idle) {
            const bool fine = ride_out([&] {
                rooms_.look_after();
                rooms_.take_more();
            });
            if (!rooms_.none()) last_work = clock::now();
            signal = from.wait(fine ? idle_poll : after_failure);
            if (signal == SIGTERM || signal == signal_to_finish) break;
        }
        for (bool left = false; !left;) {
            if (signal == SIGTERM) rooms_.stop_all();
            const bool fine = ride_out([&] {
                rooms_.look_after();
                if (!rooms_.none()) return;
                host_.queue().release_gracefully(owner_);
                left = true;
            });
            if (!left) signal = from.wait(fine ? idle_poll : after_failure);
        }
    }

  private:
    /// A database that is away for a while is no reason to die. Returns whether all went well.
    template <class Work>
    bool ride_out(Work&& work) {
        try {
            work();
            return true;
        } catch (const std::exception& failed) {
            host_.log().write(log_level::error, {"worker", {}, {}}, failed.what());
            return false;
        }
    }

    host& host_;
    std::string owner_;
    service::http_engine engine_;
    room_task tasks_;
    rooms_under_way rooms_;  ///< Its threads use the others.
    store::listener wake_up_;
};

/// What is printed from here on, which is the plugin's word or a library's, goes to standard output, where the supervisor reads
/// it; standard error is the log's alone.
void keep_standard_error_for(service::log& log) {
    const int kept = ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, work_descriptor);
    if (kept < 0 || ::dup2(STDOUT_FILENO, STDERR_FILENO) < 0)
        throw message::error(WORKER_START, {{"program", "worker"}, {"reason", std::strerror(errno)}});
    log.write_to(kept);
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
}

/// From whoever looks at this process, and from its plugin as far as another part of the same process can be kept from anything.
void hide_secrets() {
    // A handler of core files that is a program (core(5)) is not bound by their limit.
    if (::prctl(PR_SET_DUMPABLE, 0) != 0)
        throw message::error(WORKER_START, {{"program", "worker"}, {"reason", std::strerror(errno)}});
    reduce_own_environment();
}

/// What a room needed stays with the arena of its thread (malloc(3)): with one for each, a worker would take the most that any room needed, as
/// often as it has rooms. They wait for the server and the database, and seldom for memory.
void share_memory_among_rooms() {
    constexpr int arenas = 2;
    ::mallopt(M_ARENA_MAX, arenas);
}

/// Without the destructors of the plugin's static objects, but with what it printed.
[[noreturn]] void leave(int status) {
    std::fflush(stdout);
    ::_exit(status);
}

}  // namespace

void run_worker(host& of, std::string_view provider, std::string_view owner) {
    const signals from{SIGTERM, signal_to_finish, look_now};
    // Ctrl-C in a terminal reaches the whole process group; the supervisor, who gets it too, says when to stop.
    std::signal(SIGINT, SIG_IGN);
    std::optional<provider_in_use> loaded;
    std::optional<worker> begun;
    share_memory_among_rooms();
    try {
        hide_secrets();
        ::fcntl(work_descriptor, F_SETFD, FD_CLOEXEC);
        keep_standard_error_for(of.log());
        print_crash_traces();
        loaded.emplace(of, provider);
        begun.emplace(of, *loaded, owner);
        plugin::note_begun(*of.database().borrow(), provider, loaded->entry().manifest->version);
    } catch (const message::error& failed) {
        of.log().write(log_level::error, {"worker", {}, {}}, std::string(failed.what()) + " " + failed.advice());
        leave(worker_cannot_begin);
    } catch (const std::exception& failed) {  // no memory, no thread
        of.log().write(log_level::error, {"worker", {}, {}}, failed.what());
        leave(worker_cannot_begin);
    }
    try {
        begun->run(from);
    } catch (const std::exception& failed) {
        of.log().write(log_level::error, {"worker", {}, {}}, failed.what());
        leave(1);
    }
    leave(worker_in_order);
}

void run_trial(host& of, const std::filesystem::path& folder, int report) {
    const auto leave_because = [report](const std::string& reason) {
        text::write_all(report, reason);
        leave(worker_cannot_begin);
    };
    try {
        // The plugin is to find nothing open that another worker does not have.
        if (::fcntl(report, F_SETFD, FD_CLOEXEC) != 0) leave(worker_cannot_begin);
        hide_secrets();
        keep_standard_error_for(of.log());
        const auto entry = of.registry().preview(folder, false);
        if (const auto why = why_not_sound(&entry, entry.name)) throw message::error(why->code, why->arguments);
        const provider_in_use loaded(of, entry);
        loaded.create();
    } catch (const message::error& failed) {
        leave_because(failed.text() + " " + failed.advice());
    } catch (const std::exception& failed) {
        leave_because(failed.what());
    }
    leave(worker_in_order);
}

}  // namespace commhost::worker
