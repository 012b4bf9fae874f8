#include "worker/supervisor.hpp"

#include "communication/api.hpp"
#include "message/error.hpp"
#include "store/listener.hpp"
#include "task/schedule.hpp"
#include "worker/admission.hpp"
#include "worker/availability.hpp"
#include "worker/child.hpp"
#include "worker/codes.hpp"
#include "worker/interval.hpp"
#include "worker/owner.hpp"
#include "worker/plugin_watch.hpp"
#include "worker/settings_fingerprint.hpp"
#include "worker/settlement.hpp"
#include "worker/signals.hpp"
#include "worker/started_worker.hpp"
#include "worker/supervisor_log.hpp"

#include <pthread.h>

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace commhost::worker {

namespace {

using steady = std::chrono::steady_clock;
using core_communication::log_level;
using std::chrono::milliseconds;

constexpr milliseconds tick{100};
constexpr milliseconds start_every{200};
constexpr milliseconds look_for_plugins_every{5'000};
constexpr milliseconds look_for_settings_every{2'000};
constexpr milliseconds look_for_dead_owners_every{10'000};

/// Work that becomes due so soon is waited for by a run that ends when idle: the pause after a first crash, a short wait
/// that a server asked for.
constexpr milliseconds worth_waiting{5'000};

/// How long a round that failed is waited after, and after how many in a row a run until idle gives up.
constexpr milliseconds after_failure{1'000};
constexpr int most_failures = 30;

/// The queue has something ready: wakes the main thread, which waits for signals.
constexpr int tasks_ready = SIGUSR1;

constexpr std::string_view synchronise_job = "synchronise_providers_task";

}  // namespace

class supervisor::running {
  public:
    running(host& of, const supervisor_settings& settings)
        : host_(of), settings_(settings), signals_{SIGTERM, SIGINT, SIGCHLD, tasks_ready},
          schedule_(of.database(), of.clock()), admission_(of),
          watch_({of.settings().plugin_roots, [&of] { return of.registry().look(); }, [&of] { of.stop_probes(); },
                  [&of](const message::error& what) { tell(of.log(), log_level::warning, what); }}),
          wake_up_(of.database(), std::string(task::wake_up_channel),
                   [main_thread = pthread_self()](std::string_view) { pthread_kill(main_thread, tasks_ready); }) {
        schedule_.add_or_keep(synchronise_job, of.settings().synchronise_every);
        for (const auto& dead : owners_without_process(of.queue().owners())) of.queue().release_gracefully(dead);
    }

    supervisor_result run() {
        int failures = 0;
        while (true) {
            const int signal = signals_.wait(failures == 0 ? tick : after_failure);
            if (signal == SIGTERM || signal == SIGINT) {
                result_.stopped = true;
                break;
            }
            if (signal == tasks_ready) start_ = interval(start_every);
            try {
                if (round()) break;
                failures = 0;
                told_failure_.clear();
            } catch (const message::error& failed) {
                // A database that is away, a machine out of processes: the workers go on, and so does this loop.
                if (++failures == most_failures && settings_.mode == run_mode::until_idle) throw;
                tell_once(told_failure_, failed);
            }
        }
        drain();
        result_.unavailable = admission_.unavailable();
        result_.required_down = admission_.required_down();
        return result_;
    }

  private:
    /// Returns whether the run is over.
    bool round() {
        hear();
        reap();
        if (expire_.due()) host_.queue().expire_leases(own_workers());
        end_overdue_tasks();
        run_schedule();
        look_at_plugins();
        replace_changed_workers();
        if (start_.due()) start_workers();
        return settings_.mode == run_mode::until_idle && nothing_left();
    }

    /// Logs what the workers printed.
    void hear() {
        for (const auto& [process, printed] : children_.take_output()) workers_.at(process).output.take(printed);
    }

    /// Settles what ended. What cannot be settled now, because the database is away, is settled by the next call.
    void reap() {
        for (auto& ended : children_.reap()) {
            auto& output = workers_.at(ended.process).output;
            output.take(ended.printed);
            output.end();
            ended_.push_back(std::move(ended));
        }
        while (!ended_.empty()) {
            settle(ended_.front());
            ended_.pop_front();
        }
    }

    void settle(const ended_child& ended) {
        const auto found = workers_.find(ended.process);
        if (found == workers_.end()) return;
        const auto& worker = found->second;
        switch (worker::settle(host_, worker, ended)) {
            case verdict::in_order: admission_.ended_in_order(worker.provider); break;
            case verdict::cannot_begin: admission_.could_not_begin(worker.provider); break;
            case verdict::crashed: ++result_.worker_crashes; break;
        }
        workers_.erase(found);
    }

    /// The workers whose process is alive, or dead and not settled: by that their tasks come back, with what there is to say.
    std::vector<std::string> own_workers() const {
        std::vector<std::string> names;
        for (const auto& [process, worker] : workers_) names.push_back(worker.owner);
        return names;
    }

    /// Kills the workers of tasks that take too long. What becomes of the tasks is settled when the worker is dead, so that
    /// nobody else begins while it may still send.
    void end_overdue_tasks() {
        if (!overdue_.due()) return;
        for (const auto& task : host_.queue().overdue()) {
            for (auto& [process, worker] : workers_) {
                if (worker.owner != task.owner) continue;
                children_.kill(process);
                worker.asked = asked::to_end;
                worker.overdue.insert_or_assign(task.id, task);
            }
        }
    }

    void run_schedule() {
        if (!schedule_look_.due()) return;
        host_.database().transact([&](store::connection& on) {
            for (const auto& job : schedule_.due(on)) {
                if (job == synchronise_job) communication::synchronise_all(on, host_.clock().now());
            }
        });
    }

    /// With what it knows already it goes on where a look fails.
    void look_at_plugins() {
        try {
            if (auto found = watch_.take()) {
                plugins_ = std::move(*found);
                told_look_.clear();
            }
        } catch (const message::error& failed) {
            if (!plugins_) throw;
            tell_once(told_look_, failed);
        }
    }

    void tell_once(std::string& told, const message::error& failed) {
        if (std::exchange(told, failed.what()) != failed.what()) tell(host_.log(), log_level::error, failed);
    }

    /// A worker keeps to the plugin and the settings that it began with. It finishes its rooms with these, while another one
    /// begins with the new.
    void replace_changed_workers() {
        if (!plugins_) return;
        // What an admin enables or disables is in the database, where no notice comes from.
        if (!workers_.empty() && look_.due()) watch_.look_again();
        const bool look_at_settings = settings_look_.due();
        for (auto& [process, worker] : workers_) {
            if (worker.asked != asked::nothing) continue;
            const auto* entry = plugins_->find(worker.provider);
            if (const auto reason = why_not_sound(entry, worker.provider)) {
                retire(process, worker, reason->text());
                continue;
            }
            std::string changed;
            if (entry->content != worker.content) {
                changed = message::phrase("changed_plugin");
            } else if (look_at_settings && worker.settings) {
                const auto now = settings_fingerprint(host_, *entry);
                if (now && now != worker.settings) changed = message::phrase("changed_setting");
            }
            if (changed.empty()) continue;
            tell(host_.log(), log_level::info,
                 message::error(WORKER_REPLACED, {{"provider", worker.provider}, {"what", changed}}));
            ask_to_finish(process, worker);
        }
    }

    void ask_to_finish(pid_t process, started_worker& worker) {
        worker.asked = asked::to_finish;
        children_.ask_to_finish(process);
    }

    /// It has no successor for now.
    void retire(pid_t process, started_worker& worker, const std::string& reason) {
        tell(host_.log(), log_level::warning,
             message::error(WORKER_RETIRES, {{"provider", worker.provider}, {"reason", reason}}));
        ask_to_finish(process, worker);
    }

    /// Whether the provider has a worker that takes rooms, or already has one that finishes its last ones.
    bool has_worker(const std::string& provider) const {
        std::size_t finishing = 0;
        for (const auto& [process, worker] : workers_) {
            if (worker.provider != provider) continue;
            if (worker.asked == asked::nothing || ++finishing == 2) return true;
        }
        return false;
    }

    void start_workers() {
        if (!plugins_) return;  // the first look is going on
        const bool opened = admission_.opens(*plugins_);
        if (opened) {
            std::set<std::string> due;
            for (const auto& count : host_.queue().counts()) {
                const bool ready = count.in_state == task::state::queued || count.in_state == task::state::waiting;
                if (ready && count.due > 0) due.insert(count.queue);
            }
            for (const auto& provider : admission_.admitted(std::move(due), *plugins_)) {
                if (!has_worker(provider)) start(provider);
            }
        } else {
            retire_all();
        }
        // What an admin does about it may be no change of a folder.
        if ((!opened || !admission_.unavailable().empty()) && look_.due()) watch_.look_again();
    }

    /// While a required plugin cannot be used, those at work finish their rooms and nobody begins.
    void retire_all() {
        const auto& [name, reason] = *admission_.required_down().begin();
        const message::error why(WORKER_REQUIRED, {{"plugin", name}, {"reason", reason}});
        for (auto& [process, worker] : workers_) {
            if (worker.asked == asked::nothing) retire(process, worker, why.text());
        }
    }

    void start(const std::string& provider) {
        const auto& entry = *plugins_->find(provider);
        started_worker worker{provider,
                              owner_name(++serial_),
                              {host_, entry},
                              entry.content,
                              settings_fingerprint(host_, entry),
                              entry.manifest->version};
        auto command = settings_.worker_command;
        command.insert(command.end(), {provider, worker.owner});
        workers_.emplace(children_.start(command), std::move(worker));
    }

    /// Whether nothing runs, and nothing that this host could do is due or soon will be.
    bool nothing_left() {
        if (!idle_look_.due()) return false;
        const auto soon = host_.clock().now() + worth_waiting.count();
        if (!plugins_ && !host_.settings().required_plugins.empty())
            return false;  // the first look says whether they are there
        if (const auto& down = admission_.required_down(); !down.empty())
            return workers_.empty() && std::none_of(down.begin(), down.end(), [&](const auto& each) {
                       return admission_.ends_soon(each.first, soon);
                   });
        const auto pauses = host_.queue().pauses();
        for (const auto& count : host_.queue().counts()) {
            if (count.in_state == task::state::running) return false;
            if (count.in_state == task::state::failed || count.oldest_due > soon) continue;
            const auto paused =
                std::find_if(pauses.begin(), pauses.end(), [&](const auto& each) { return each.queue == count.queue; });
            if (paused != pauses.end()) {
                if (!paused->until || *paused->until > soon) continue;
                return false;
            }
            if (admission_.unavailable().contains(count.queue) && !admission_.ends_soon(count.queue, soon)) continue;
            return false;
        }
        return true;
    }

    void drain() {
        settle_what_ended();  // before they were told
        for (auto& [process, worker] : workers_) {
            worker.asked = asked::to_end;
            children_.ask_to_stop(process);
        }
        const auto deadline = steady::now() + settings_.drain_timeout;
        while (!workers_.empty()) {
            const int signal = signals_.wait(tick);
            hear();
            if (steady::now() > deadline || signal == SIGTERM || signal == SIGINT) {
                for (const auto& [process, worker] : workers_) children_.kill(process);
            }
            // What is left is dead; the next supervisor finds the leases of a process that is gone.
            if (!settle_what_ended() && steady::now() > deadline) return;
        }
    }

    /// Returns whether all was settled.
    bool settle_what_ended() {
        try {
            reap();
            return true;
        } catch (const message::error& failed) {
            tell(host_.log(), log_level::error, failed);
            return false;
        }
    }

    host& host_;
    const supervisor_settings& settings_;
    signals signals_;
    task::schedule schedule_;
    children children_;
    std::deque<ended_child> ended_;  ///< Not settled yet.
    std::map<pid_t, started_worker> workers_;
    admission admission_;
    std::optional<plugin::plugin_set> plugins_;  ///< Empty until the first look has ended.
    int serial_ = 0;
    interval look_{look_for_plugins_every};
    interval settings_look_{look_for_settings_every};
    interval start_{start_every};
    interval expire_{look_for_dead_owners_every};
    interval overdue_{milliseconds(1'000)};
    interval schedule_look_{milliseconds(1'000)};
    interval idle_look_{milliseconds(200)};
    supervisor_result result_;
    std::string told_failure_;  ///< The newest that the log has, while rounds fail.
    std::string told_look_;     ///< Likewise, while looks fail.
    plugin_watch watch_;        ///< Behind what its thread uses, and so is the next.
    store::listener wake_up_;
};

supervisor::supervisor(host& of, supervisor_settings settings) : host_(of), settings_(std::move(settings)) {}
supervisor::~supervisor() = default;

supervisor_result supervisor::run() { return running(host_, settings_).run(); }

}  // namespace commhost::worker
