#include "worker/leavers.hpp"

#include "communication/leavers.hpp"
#include "communication/mentions.hpp"
#include "communication/policy.hpp"
#include "message/catalogue.hpp"
#include "message/error.hpp"
#include "plugin/capability.hpp"
#include "plugin/settings_schema.hpp"
#include "service/log.hpp"
#include "service/secret_blanker.hpp"
#include "task/queue.hpp"
#include "worker/caught.hpp"
#include "worker/codes.hpp"
#include "worker/leaver_processor.hpp"

#include <core_communication/account_standing_provider.hpp>
#include <core_communication/cancellation.hpp>
#include <core_communication/provider_error.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace commhost::worker {

namespace {

using communication::leaver;
using core_communication::failure;
using core_communication::log_level;
using core_communication::user_id;

/// In code points, as for rooms.
constexpr std::size_t longest_error = 1000;

/// As the SDK says.
constexpr std::size_t portion = 50;

/// After so many the task is put at its end once more, so that it never comes near its deadline.
constexpr std::size_t most_a_run = 1000;

/// One task for one provider.
class leavers_run {
  public:
    leavers_run(host& of, const provider_in_use& provider, service::http_engine& engine, const task::leased_task& task,
                const service::stop& stop, const std::function<bool()>& may_go_on)
        : host_(of), provider_(provider), task_(task), may_go_on_(may_go_on),
          blank_(provider.site_settings().secret_texts()),
          room_settings_(provider.entry().component,
                         plugin::effective_settings(provider.entry().component, provider.entry().settings.room, {}),
                         of.secrets()),
          log_(of.log(), origin(), blank_),
          http_(engine,
                {provider.site_settings().urls(), provider.site_settings().secret_texts(),
                 log_.enabled(log_level::debug)},
                stop, log_),
          processor_({provider.site_settings(), room_settings_, provider.strings(), http_, log_, stop, blank_},
                     of.database()) {}

    void run() {
        const auto object = provider_.create();
        auto* const accounts = object.can().account_standing;
        if (accounts == nullptr) {
            host_.queue().complete(task_);
            return;
        }
        object->load_for_instance(processor_);
        for_leavers_ = accounts->for_leavers();
        if (!communication::is_standing(for_leavers_))
            throw message::error(WORKER_STANDING, {{"plugin", provider_.entry().name}, {"word", for_leavers_}});
        const auto paused = communication::removals_paused_until(host_.settings().members, host_.clock().now());
        // Whoever is back goes first, and whom an earlier run could not do goes last: none of them is in the others' way.
        for (const bool is_begun : {false, true})
            for (const bool has_left : {false, true})
                if (!(has_left && paused) && !see_to_all(*accounts, {has_left, is_begun})) return;
        if (paused && !leavers_of({true, std::nullopt}, {}, 1).empty()) wait_until(*paused);
        end();
    }

    /// It is tried again, or has failed.
    void retry(task::failure why) const {
        why.text = communication::shortened(blank_(std::move(why.text)), names_, longest_error);
        host_.log().write(log_level::warning, origin(),
                          communication::without_names(why.text, names_, communication::nobody));
        host_.queue().retry(task_, why);
    }

  private:
    std::vector<leaver> leavers_of(const communication::leaver_choice& which, user_id behind, std::size_t most) {
        return communication::leavers_of(*host_.database().borrow(), provider_.entry().name, for_leavers_, behind, most,
                                         which);
    }

    /// As far as a run goes. Returns whether the task is still ours.
    bool see_to_all(core_communication::account_standing_provider& accounts,
                    const communication::leaver_choice& which) {
        user_id behind{};
        while (!is_cut_short_) {
            auto some = leavers_of(which, behind, portion);
            if (some.empty()) break;
            behind = some.back().user;
            // Those that this run could not do are begun by now.
            std::erase_if(some, [&](const leaver& each) { return !seen_.insert(each.user).second; });
            if (some.empty()) continue;
            if (seen_.size() > most_a_run) {
                // Whom no run has been about yet is not left to another try, which counts and may be the last.
                if (!*which.is_begun || !not_done_) wait_until(host_.clock().now());
                is_cut_short_ = true;
                goes_on_ = !*which.is_begun;
                break;
            }
            if (!may_go_on_() || !see_to(accounts, std::move(some))) return false;
        }
        return true;
    }

    /// There is more to do then, at the latest.
    void wait_until(store::milliseconds_utc when) { waits_ = std::min(waits_.value_or(when), when); }

    /// Returns whether the task is still ours.
    bool see_to(core_communication::account_standing_provider& accounts, std::vector<leaver> some) {
        if (!begin(some)) return false;
        std::vector<core_communication::account_standing> asked;
        for (const auto& each : some)
            if (each.next.asks_provider) asked.push_back({each.user, each.account, each.has_left, each.next.applied});
        note_names(asked);
        processor_.begin(asked);
        std::exception_ptr failed;
        try {
            if (!asked.empty()) accounts.update_accounts(asked);
        } catch (...) {
            failed = std::current_exception();  // what it has done until then is kept
        }
        std::vector<leaver> done;
        for (auto& each : some)
            if (!each.next.asks_provider || has_become(each)) done.push_back(std::move(each));
        if (!keep(done)) return false;
        if (failed) std::rethrow_exception(failed);
        return true;
    }

    /// Of the first one that is not done, with the names of those who were asked about with them.
    void note_failure(task::failure why) {
        if (not_done_) return;
        not_done_ = std::move(why);
        names_of_not_done_ = names_;
    }

    /// By which an error may name them.
    void note_names(std::span<const core_communication::account_standing> asked) {
        names_.clear();
        std::vector<user_id> users;
        for (const auto& each : asked) {
            names_.push_back(each.account);
            users.push_back(each.user);
        }
        for (const auto& person : directory::find_users(*host_.database().borrow(), users))
            for (auto& name : communication::names_of(person.record, {})) names_.push_back(std::move(name));
    }

    /// Whether there is something to keep of an account that the provider was asked about.
    bool has_become(leaver& each) {
        if (processor_.synced().contains(each.user)) return true;
        const auto refused = processor_.failed().find(each.user);
        const bool is_last = task_.attempts + 1 >= host_.queue().settings().most_attempts;
        if (refused == processor_.failed().end()) {
            // Where the method threw, that is why, and counts instead.
            note_failure({core_communication::to_string(failure::invalid), unmarked().text()});
            return false;
        }
        const auto& why = refused->second;
        const bool for_good = why.kind() == failure::conflict || (why.kind() == failure::rejected && is_last);
        if (for_good && each.has_left) {
            each.next.becomes.is_refused = true;
            each.next.becomes.applied = each.next.applied;
            return true;
        }
        note_failure({core_communication::to_string(why.kind()), why.what()});
        return false;
    }

    message::error unmarked() const { return message::error(WORKER_LEAVERS, {{"plugin", provider_.entry().name}}); }

    /// Work within a transaction, if the task is still ours; returns that.
    bool as_owner(const std::function<void(store::connection&)>& work) {
        try {
            host_.database().transact([&](store::connection& on) {
                work(on);
                // Behind the work, since a task is locked after everything else.
                if (!task::queue::holds(on, task_)) throw core_communication::task_cancelled();
            });
        } catch (const core_communication::task_cancelled&) {
            return false;
        }
        return true;
    }

    bool begin(const std::vector<leaver>& some) {
        return as_owner([&](store::connection& on) {
            communication::record_begun(on, provider_.entry().name, for_leavers_, some);
        });
    }

    bool keep(const std::vector<leaver>& done) {
        bool has_changed = false;
        const bool is_ours = as_owner([&](store::connection& on) {
            has_changed = communication::record_standings(on, provider_.entry().name, done, by(), host_.clock().now());
        });
        if (!is_ours) return false;
        const bool has_more = std::any_of(done.begin(), done.end(), [&](const leaver& each) {
            return communication::next_step(each.next.becomes, each.has_left, for_leavers_).has_value();
        });
        if (has_changed || has_more) wait_until(host_.clock().now());
        for (const auto& each : done) {
            if (!each.next.asks_provider || each.next.becomes.is_refused) continue;
            ++(each.has_left ? closed_ : reopened_);
        }
        return true;
    }

    void end() {
        if (closed_ + reopened_ > 0)
            host_.log().write(log_level::info, origin(),
                              message::phrase("leavers_done", {{"closed", std::to_string(closed_)},
                                                               {"reopened", std::to_string(reopened_)}}));
        if (not_done_ && !goes_on_) {
            names_ = std::move(names_of_not_done_);
            return retry(*not_done_);
        }
        host_.database().transact([&](store::connection& on) {
            if (host_.queue().complete(on, task_) == task::ending::lease_lost || !waits_) return;
            const std::array later{communication::leavers_task(provider_.entry().name, task::lane::periodic, *waits_)};
            task::queue::enqueue(on, later, host_.clock().now());
        });
    }

    audit::origin by() const { return {"worker", "task " + std::to_string(static_cast<std::int64_t>(task_.id)), ""}; }

    service::log_origin origin() const {
        return {provider_.entry().component, std::nullopt, static_cast<std::int64_t>(task_.id)};
    }

    host& host_;
    const provider_in_use& provider_;
    const task::leased_task& task_;
    const std::function<bool()>& may_go_on_;
    service::secret_blanker blank_;
    plugin::setting_values room_settings_;
    service::plugin_logger log_;
    service::account_http http_;
    leaver_processor processor_;
    std::vector<std::string> names_;  ///< Of those whom the provider was asked about last: they stay out of the log.
    std::vector<std::string> names_of_not_done_;
    std::optional<task::failure> not_done_;         ///< Why the first one that is not done is not.
    std::optional<store::milliseconds_utc> waits_;  ///< When there is more to do.
    std::string for_leavers_;
    std::set<user_id> seen_;     ///< Whom this run has been about.
    bool is_cut_short_ = false;  ///< By most_a_run.
    bool goes_on_ = false;       ///< With people whom no run has been about.
    std::size_t closed_ = 0;
    std::size_t reopened_ = 0;
};

}  // namespace

void see_to_leavers(host& of, const provider_in_use& provider, service::http_engine& engine,
                    const task::leased_task& task, const service::stop& stop, const std::function<bool()>& may_go_on) {
    const auto& name = provider.entry().name;
    leavers_run work(of, provider, engine, task, stop, may_go_on);
    try {
        work.run();
    } catch (const core_communication::task_cancelled&) {
        // Whoever stopped it gives it back; a plugin that stopped by itself has not done it.
        if (!stop.requested()) work.retry(caught(name, 0));
    } catch (...) {
        work.retry(caught(name, of.clock().now()));
    }
}

}  // namespace commhost::worker
