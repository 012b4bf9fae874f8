#include "worker/supervisor.hpp"

#include "communication/api.hpp"
#include "message/error.hpp"
#include "plugin/quarantine.hpp"
#include "store/listener.hpp"
#include "task/schedule.hpp"
#include "worker/availability.hpp"
#include "worker/child.hpp"
#include "worker/codes.hpp"
#include "worker/ended_tasks.hpp"
#include "worker/interval.hpp"
#include "worker/owner.hpp"
#include "worker/plugin_watch.hpp"
#include "worker/settings_fingerprint.hpp"
#include "worker/signals.hpp"
#include "worker/verdict.hpp"
#include "worker/worker_output.hpp"

#include <pthread.h>

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
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

/// Whoever dies later than that after its start does not die of starting.
constexpr milliseconds long_life{60'000};

/// After a worker that could not begin.
constexpr milliseconds until_another_begins{30'000};

/// The queue has something ready: wakes the main thread, which waits for signals.
constexpr int tasks_ready = SIGUSR1;

constexpr std::string_view synchronise_job = "synchronise_providers_task";

struct started_worker {
    std::string provider;
    std::string owner;
    worker_output output;
    plugin::checksums content;            ///< Of its plugin's folder when it was started: plugin_entry::content.
    std::optional<std::string> settings;  ///< settings_fingerprint then.
    std::int64_t version = 0;             ///< Of its plugin.
    steady::time_point started = steady::now();
    worker::asked asked{};
    std::map<task::task_id, task::leased_task> overdue{};  ///< For which it was killed.

    /// Long enough to have done something, whatever ended it.
    bool lived_long() const { return steady::now() - started > long_life; }
};

}  // namespace

class supervisor::running {
  public:
    running(host& of, const supervisor_settings& settings)
        : host_(of), settings_(settings), signals_{SIGTERM, SIGINT, SIGCHLD, tasks_ready},
          schedule_(of.database(), of.clock()),
          watch_({of.settings().plugin_roots, [&of] { return of.registry().look(); }, [&of] { of.stop_probes(); },
                  [&of](const std::string& text) {
                      of.log().write(log_level::warning, {"supervisor", {}, {}}, text);
                  }}),
          wake_up_(of.database(), std::string(task::wake_up_channel),
                   [main_thread = pthread_self()](std::string_view) { pthread_kill(main_thread, tasks_ready); }) {
        schedule_.add_or_keep(synchronise_job, of.settings().synchronise_every);
        for (const auto& dead : owners_without_process(of.queue().owners())) of.queue().release_gracefully(dead);
    }

    supervisor_result run() {
        int failures = 0;
        while (true) {
            const int signal = signals_.wait(tick);
            if (signal == SIGTERM || signal == SIGINT) {
                result_.stopped = true;
                break;
            }
            if (signal == tasks_ready) start_ = interval(start_every);
            try {
                if (round()) break;
                failures = 0;
            } catch (const message::error& failed) {
                // A database that is away, a machine out of processes: the workers go on, and so does this loop.
                if (++failures == most_failures && settings_.mode == run_mode::until_idle) throw;
                host_.log().write(log_level::error, {"supervisor", {}, {}}, failed.what());
                signals_.wait(after_failure);
            }
        }
        drain();
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
        settle_overdue(worker);
        switch (judge({ended.exit_status, ended.signal, worker.asked, tasks_of(worker.owner)})) {
            case verdict::in_order:
                host_.queue().release_gracefully(worker.owner);
                not_before_.erase(worker.provider);
                // One that an admin stops may not have done anything yet.
                if (!result_.stopped || worker.lived_long())
                    plugin::end_quarantine(*host_.database().borrow(), worker.provider, worker.version);
                break;
            case verdict::cannot_begin:
                host_.queue().release_gracefully(worker.owner);
                not_before_[worker.provider] = steady::now() + until_another_begins;
                break;
            case verdict::crashed: end_crashed(worker, ended.how); break;
        }
        workers_.erase(found);
    }

    std::int64_t tasks_of(const std::string& name) {
        const auto owners = host_.queue().owners();
        const auto found =
            std::find_if(owners.begin(), owners.end(), [&](const auto& each) { return each.name == name; });
        return found == owners.end() ? 0 : found->tasks;
    }

    /// The workers whose process is alive, or dead and not settled: by that their tasks come back, with what there is to say.
    std::vector<std::string> own_workers() const {
        std::vector<std::string> names;
        for (const auto& [process, worker] : workers_) names.push_back(worker.owner);
        return names;
    }

    /// All of it is stored or nothing: whatever fails, the worker still holds its tasks when this is tried again, and is judged
    /// as before.
    void end_crashed(const started_worker& worker, const std::string& how) {
        const auto held = host_.database().transact([&](store::connection& on) {
            end_by_crash(on, host_.queue(), worker.owner, how);
            return plugin::note_crash(on, worker.provider, worker.version, !worker.lived_long(), how,
                                      host_.clock().now());
        });
        const message::error why(WORKER_CRASHED, {{"provider", worker.provider}, {"how", how}});
        host_.log().write(log_level::error, {"supervisor", {}, {}}, why.text());
        if (held)
            host_.log().write(log_level::warning, {"supervisor", {}, {}}, problem_of(*held, worker.provider).text());
        ++result_.worker_crashes;
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

    void settle_overdue(const started_worker& worker) {
        for (const auto& [id, task] : worker.overdue) {
            const message::error why(WORKER_DEADLINE, {{"task", std::to_string(static_cast<std::int64_t>(id))}});
            host_.log().write(log_level::error, {"supervisor", {}, {}}, why.text());
            end_by_deadline(host_.database(), host_.queue(), task,
                            {std::string(why.code().id()), why.text(), true, std::nullopt});
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

    void look_at_plugins() {
        if (auto found = watch_.take()) plugins_ = std::move(*found);
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
            std::string changed;
            if (entry == nullptr || !is_sound(entry->state) || entry->content != worker.content) {
                changed = message::phrase("changed_plugin");
            } else if (look_at_settings && worker.settings) {
                const auto now = settings_fingerprint(host_, *entry);
                if (now && now != worker.settings) changed = message::phrase("changed_setting");
            }
            if (changed.empty()) continue;
            const message::error why(WORKER_REPLACED, {{"provider", worker.provider}, {"what", changed}});
            host_.log().write(log_level::info, {"supervisor", {}, {}}, why.text());
            worker.asked = asked::to_finish;
            children_.ask_to_finish(process);
        }
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
        std::vector<std::string> due;
        for (const auto& count : host_.queue().counts()) {
            const bool ready =
                (count.in_state == task::state::queued || count.in_state == task::state::waiting) && count.due > 0;
            if (ready && std::find(due.begin(), due.end(), count.queue) == due.end()) due.push_back(count.queue);
        }
        result_.unavailable.clear();
        quarantines_ = plugin::quarantines_at(*host_.database().borrow(), host_.clock().now());
        if (!required_are_there()) return;
        for (const auto& pause : host_.queue().pauses()) {
            if (std::erase(due, pause.queue) > 0) result_.unavailable[pause.queue] = pause.reason;
        }
        std::erase_if(due, [&](const std::string& provider) { return has_worker(provider); });
        for (const auto& provider : due) {
            if (auto reason = reason_against(provider); !reason.empty()) {
                result_.unavailable[provider] = std::move(reason);
                // What an admin does about it may be no change of a folder.
                if (look_.due()) watch_.look_again();
            } else {
                start(provider);
            }
        }
    }

    /// While a required plugin cannot be used, those at work finish their rooms and nobody begins.
    bool required_are_there() {
        auto down = required_and_unavailable(host_, *plugins_, quarantines_);
        const auto tell = [&](log_level level, const message::error& what) {
            host_.log().write(level, {"supervisor", {}, {}}, what.what());
        };
        for (const auto& [name, reason] : down) {
            if (!result_.required_down.contains(name))
                tell(log_level::error, message::error(WORKER_REQUIRED, {{"plugin", name}, {"reason", reason}}));
        }
        if (down.empty() && !result_.required_down.empty())
            tell(log_level::info, message::error(WORKER_REQUIRED_BACK, {}));
        result_.required_down = std::move(down);
        if (result_.required_down.empty()) return true;
        for (auto& [process, worker] : workers_) {
            if (worker.asked != asked::nothing) continue;
            worker.asked = asked::to_finish;
            children_.ask_to_finish(process);
        }
        if (look_.due()) watch_.look_again();
        return false;
    }

    /// Why no worker is started for it; empty when nothing speaks against it.
    std::string reason_against(const std::string& provider) {
        if (auto reason = why_unavailable(host_, *plugins_, quarantines_, provider); !reason.empty()) return reason;
        const auto failed = not_before_.find(provider);
        if (failed == not_before_.end() || failed->second <= steady::now()) return {};
        return message::error(WORKER_CANNOT_BEGIN, {{"provider", provider}}).text();
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

    bool ends_soon(const std::string& provider, store::milliseconds_utc soon) const {
        const auto held = quarantines_.find(provider);
        return held != quarantines_.end() && held->second.until <= soon;
    }

    /// Whether nothing runs, and nothing that this host could do is due or soon will be.
    bool nothing_left() {
        if (!idle_look_.due()) return false;
        const auto soon = host_.clock().now() + worth_waiting.count();
        if (!plugins_ && !host_.settings().required_plugins.empty())
            return false;  // the first look says whether they are there
        if (const auto& down = result_.required_down; !down.empty())
            return workers_.empty() && std::none_of(down.begin(), down.end(),
                                                    [&](const auto& each) { return ends_soon(each.first, soon); });
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
            if (result_.unavailable.contains(count.queue) && !ends_soon(count.queue, soon)) continue;
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
            host_.log().write(log_level::error, {"supervisor", {}, {}}, failed.what());
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
    std::map<std::string, steady::time_point>
        not_before_;                             ///< When providers whose worker could not begin get another.
    plugin::quarantines quarantines_;            ///< As of the last start of workers.
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
    plugin_watch watch_;  ///< Behind what its thread uses, and so is the next.
    store::listener wake_up_;
};

supervisor::supervisor(host& of, supervisor_settings settings) : host_(of), settings_(std::move(settings)) {}
supervisor::~supervisor() = default;

supervisor_result supervisor::run() { return running(host_, settings_).run(); }

}  // namespace commhost::worker
