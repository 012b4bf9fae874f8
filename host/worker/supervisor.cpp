#include "worker/supervisor.hpp"

#include "audit/audit.hpp"
#include "communication/api.hpp"
#include "communication/erasure.hpp"
#include "communication/leavers.hpp"
#include "message/error.hpp"
#include "store/codes.hpp"
#include "store/listener.hpp"
#include "task/presence.hpp"
#include "task/progress.hpp"
#include "task/schedule.hpp"
#include "worker/admission.hpp"
#include "worker/codes.hpp"
#include "worker/interval.hpp"
#include "worker/owner.hpp"
#include "worker/plugin_watch.hpp"
#include "worker/service_manager.hpp"
#include "worker/signals.hpp"
#include "worker/supervisor_log.hpp"
#include "worker/workforce.hpp"

#include <pthread.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace commhost::worker {

namespace {

using steady = std::chrono::steady_clock;
using core_communication::log_level;
using std::chrono::milliseconds;

/// A round; it comes sooner until the first look has ended, before which no worker begins.
constexpr milliseconds tick{100};
constexpr milliseconds first_tick{10};
constexpr milliseconds start_every{200};
constexpr milliseconds look_for_plugins_every{5'000};
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

/// Removes what the audit has kept for long enough.
constexpr std::string_view audit_job = "audit_clean_up_task";
constexpr milliseconds audit_every = std::chrono::hours(24);

}  // namespace

class supervisor::running {
  public:
    running(host& of, const supervisor_settings& settings)
        : host_(of), settings_(settings), signals_{SIGTERM, SIGINT, SIGCHLD, tasks_ready},
          schedule_(of.database(), of.clock()), admission_(of),
          workers_(of, settings.worker_command, [this](const auto& provider, verdict found) { take(provider, found); }),
          watch_({of.settings().plugin_roots, [&of] { return of.registry().look(); }, [&of] { of.stop_probes(); },
                  [&of](const message::error& what) { tell(of.log(), log_level::warning, what); }}),
          wake_up_(of.database(), std::string(task::wake_up_channel),
                   [main_thread = pthread_self()](std::string_view) { pthread_kill(main_thread, tasks_ready); }) {
        schedule_.add_or_keep(synchronise_job, of.settings().synchronise_every);
        schedule_.add_or_keep(audit_job, audit_every);
        bury_the_dead();
        host_.database().transact([&of](store::connection& on) { communication::mend_erasures(on, of.clock().now()); });
    }

    supervisor_result run() {
        int failures = 0;
        while (true) {
            service_manager_.alive();
            const int signal = signals_.wait(failures == 0 ? until_next_round() : after_failure);
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
        service_manager_.stopping();
        drain();
        leave();
        result_.unavailable = admission_.unavailable();
        result_.required_down = admission_.required_down();
        return result_;
    }

  private:
    void take(const std::string& provider, verdict found) {
        switch (found) {
            case verdict::in_order: return admission_.ended_in_order(provider);
            case verdict::cannot_begin: return admission_.could_not_begin(provider);
            case verdict::crashed: ++result_.worker_crashes;
        }
    }

    /// Those of this machine who are gone and could not say so: their tasks need not wait for the end of a lease.
    void bury_the_dead() {
        std::vector<std::string> names;
        for (auto& owner : host_.queue().owners()) names.push_back(std::move(owner.name));
        for (const auto& dead : owners_without_process(names)) host_.queue().release_gracefully(dead);

        host_.database().transact([&](store::connection& on) {
            names.clear();
            for (auto& other : task::presences(on, host_.clock().now())) names.push_back(std::move(other.name));
            for (const auto& dead : owners_without_process(names)) task::note_end(on, dead);
        });
    }

    milliseconds until_next_round() const { return plugins_ ? tick : first_tick; }

    /// Returns whether the run is over.
    bool round() {
        workers_.hear();
        workers_.reap();
        if (expire_.due()) host_.queue().expire_leases(workers_.owners());
        workers_.end_overdue_tasks();
        workers_.replace_outgrown();
        run_schedule();
        look_at_plugins();
        show_progress();
        if (plugins_ && start_.due()) start_workers();
        return settings_.mode == run_mode::until_idle && nothing_left();
    }

    void run_schedule() {
        const bool is_due = schedule_look_.due();
        if (is_due || more_erasures_) advance_erasures();
        if (!is_due) return;
        host_.database().transact([&](store::connection& on) {
            const auto now = host_.clock().now();
            const auto window_of = [&](std::string_view name) {
                return name == synchronise_job ? host_.settings().synchronise_within : task::window{};
            };
            for (const auto& job : schedule_.due(on, window_of)) {
                if (job == synchronise_job) {
                    communication::synchronise_all(on, {"schedule", job, ""}, now);
                    communication::look_at_leavers(on, now);
                }
                if (job == audit_job) audit::remove_before(on, now - host_.settings().audit_keep.count());
            }
        });
    }

    /// A question and no more as long as nobody is to be erased, and no lock on what is written while those who are wait for their rooms
    /// and servers. What keeps somebody from being erased keeps nothing else from being done. Some at a time: the next round goes on.
    void advance_erasures() {
        more_erasures_ = false;
        try {
            if (!communication::next_steps(*host_.database().borrow()).empty())
                more_erasures_ = host_.database().transact([&](store::connection& on) {
                    return communication::advance_erasures(on, host_.clock().now());
                }) > 0;
            told_erasures_.clear();
        } catch (const message::error& failed) {
            if (failed.code() != store::STORE_STATEMENT) throw;
            tell_once(told_erasures_, message::error(WORKER_ERASURES, {{"reason", failed.text()}}));
        }
    }

    void show_progress() {
        if (sample_.due()) {
            const auto now = host_.clock().now();
            host_.database().transact(
                [&](store::connection& on) {
                    task::keep_sample(on, now);
                    task::note_presence(on, name_, now);
                },
                store::durability::soon);
        }
        // Who stands still is known once the first look has ended, and nothing moves before.
        if (settings_.progress && plugins_ && progress_.due()) settings_.progress(standing_still());
    }

    standstills standing_still() {
        auto still = worker::standing_still(host_, *plugins_);
        for (const auto& [provider, reason] : admission_.unavailable()) still.try_emplace(provider, standstill{reason});
        return still;
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
        if (!plugins_) return;
        // What an admin enables or disables is in the database, where no notice comes from.
        if (!workers_.none() && look_.due()) watch_.look_again();
        workers_.replace_changed(*plugins_);
    }

    void tell_once(std::string& told, const message::error& failed) {
        if (std::exchange(told, failed.what()) != failed.what()) tell(host_.log(), log_level::error, failed);
    }

    void start_workers() {
        std::map<std::string, std::int64_t> due;
        std::int64_t all_due = 0;
        for (const auto& count : host_.queue().counts()) {
            const bool ready = count.in_state == task::state::queued || count.in_state == task::state::waiting;
            if (!ready || count.due == 0) continue;
            due[count.queue] += count.due;
            all_due += count.due;
        }
        const bool opened = admission_.opens(*plugins_);
        judged_ = true;
        if (opened) {
            std::set<std::string> providers;
            for (const auto& [provider, number] : due) providers.insert(provider);
            for (const auto& provider : admission_.admitted(std::move(providers), *plugins_)) {
                if (workers_.may_start(provider, due[provider])) workers_.start(*plugins_->find(provider));
            }
        } else {
            // While a required plugin cannot be used, those at work finish their rooms and nobody begins.
            const auto& [name, reason] = *admission_.required_down().begin();
            workers_.retire_all(message::error(WORKER_REQUIRED, {{"plugin", name}, {"reason", reason}}).text());
        }
        tell_service_manager(all_due);
        // What an admin does about it may be no change of a folder.
        if ((!opened || !admission_.unavailable().empty()) && look_.due()) watch_.look_again();
    }

    void tell_service_manager(std::int64_t due) {
        service_manager_.ready();
        const auto waits = admission_.unavailable().size() + admission_.required_down().size();
        service_manager_.status(message::phrase("service_status", {{"workers", std::to_string(workers_.size())},
                                                                   {"due", std::to_string(due)},
                                                                   {"waits", std::to_string(waits)}}));
    }

    /// Whether nothing runs, and nothing that this host could do is due or soon will be.
    bool nothing_left() {
        if (!idle_look_.due()) return false;
        advance_erasures();
        if (more_erasures_) return false;
        const auto soon = host_.clock().now() + worth_waiting.count();
        if (!judged_ && !host_.settings().required_plugins.empty())
            return false;  // the first look says whether they are there
        if (const auto& down = admission_.required_down(); !down.empty())
            return workers_.none() && std::none_of(down.begin(), down.end(), [&](const auto& each) {
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
        workers_.ask_all_to_stop();
        const auto deadline = steady::now() + settings_.drain_timeout;
        while (!workers_.none()) {
            service_manager_.alive();
            const int signal = signals_.wait(tick);
            workers_.hear();
            if (steady::now() > deadline || signal == SIGTERM || signal == SIGINT) workers_.kill_all();
            // What is left is dead; the next supervisor finds the leases of a process that is gone.
            if (!settle_what_ended() && steady::now() > deadline) return;
        }
    }

    /// A database that is away hears nothing of it; it will have heard nothing for a while soon.
    void leave() {
        try {
            host_.database().transact([&](store::connection& on) { task::note_end(on, name_); },
                                      store::durability::soon);
        } catch (const message::error& failed) {
            tell(host_.log(), log_level::warning, failed);
        }
    }

    /// Returns whether all was settled.
    bool settle_what_ended() {
        try {
            workers_.reap();
            return true;
        } catch (const message::error& failed) {
            tell(host_.log(), log_level::error, failed);
            return false;
        }
    }

    host& host_;
    const supervisor_settings& settings_;
    const std::string name_ = owner_name(0);
    signals signals_;
    task::schedule schedule_;
    admission admission_;
    workforce workers_;
    std::optional<plugin::plugin_set> plugins_;  ///< Empty until the first look has ended.
    interval look_{look_for_plugins_every};
    interval start_{start_every};
    interval expire_{look_for_dead_owners_every};
    interval schedule_look_{milliseconds(1'000)};
    interval sample_{milliseconds(10'000)};
    interval progress_{milliseconds(1'000)};
    interval idle_look_{milliseconds(100)};
    bool more_erasures_ = false;  ///< Some were ended at the last look, and there may be others.
    bool judged_ = false;         ///< Whether a look has been asked yet who may begin.
    supervisor_result result_;
    service_manager service_manager_;
    std::string told_failure_;   ///< The newest that the log has, while rounds fail.
    std::string told_look_;      ///< Likewise, while looks fail.
    std::string told_erasures_;  ///< Likewise, while nobody can be erased.
    plugin_watch watch_;         ///< Behind what its thread uses, and so is the next.
    store::listener wake_up_;
};

supervisor::supervisor(host& of, supervisor_settings settings) : host_(of), settings_(std::move(settings)) {}
supervisor::~supervisor() = default;

supervisor_result supervisor::run() { return running(host_, settings_).run(); }

}  // namespace commhost::worker
