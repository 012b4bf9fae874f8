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
#include "text/utf8.hpp"
#include "worker/caught.hpp"
#include "worker/codes.hpp"
#include "worker/leaver_processor.hpp"

#include <core_communication/account_standing_provider.hpp>
#include <core_communication/cancellation.hpp>
#include <core_communication/provider_error.hpp>

#include <array>
#include <cstddef>
#include <optional>
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
        const auto for_leavers = accounts->for_leavers();
        if (!communication::is_standing(for_leavers))
            throw message::error(WORKER_STANDING, {{"plugin", provider_.entry().name}, {"word", for_leavers}});
        const auto paused = communication::removals_paused_until(host_.settings().members, host_.clock().now());
        user_id behind{};
        std::size_t looked_at = 0;
        while (true) {
            auto some = communication::leavers_of(*host_.database().borrow(), provider_.entry().name, for_leavers,
                                                  behind, portion);
            if (some.empty()) break;
            behind = some.back().user;
            if (paused && std::erase_if(some, [](const leaver& each) { return each.has_left; }) > 0) waits_ = paused;
            if (!may_go_on_()) return;
            if (!see_to(*accounts, std::move(some))) return;
            if (++looked_at * portion >= most_a_run) {
                waits_ = host_.clock().now();
                break;
            }
        }
        end();
    }

    /// It is tried again, or has failed.
    void retry(task::failure why) const {
        why.text = text::printable(blank_(std::move(why.text)), longest_error);
        host_.log().write(log_level::warning, origin(), communication::without_names(why.text, names_, "***"));
        host_.queue().retry(task_, why);
    }

  private:
    /// Returns whether the task is still ours.
    bool see_to(core_communication::account_standing_provider& accounts, std::vector<leaver> some) {
        std::vector<core_communication::account_standing> asked;
        for (const auto& each : some)
            if (each.next.asks_provider) asked.push_back({each.user, each.account, each.has_left, each.now.applied});
        names_.clear();
        for (const auto& each : asked) names_.push_back(each.account);
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

    /// Whether there is something to keep of an account that the provider was asked about.
    bool has_become(leaver& each) {
        if (processor_.synced().contains(each.user)) return true;
        const auto refused = processor_.failed().find(each.user);
        const bool is_last = task_.attempts + 1 >= host_.queue().settings().most_attempts;
        if (refused == processor_.failed().end()) {
            // Where the method threw, that is why, and counts instead.
            if (!not_done_)
                not_done_ = task::failure{core_communication::to_string(failure::invalid), unmarked().text()};
            return false;
        }
        const auto& why = refused->second;
        const bool for_good = why.kind() == failure::conflict || (why.kind() == failure::rejected && is_last);
        if (for_good && each.has_left) {
            each.next.becomes.is_refused = true;
            each.next.becomes.applied = each.now.applied;
            return true;
        }
        if (!not_done_) not_done_ = task::failure{core_communication::to_string(why.kind()), why.what()};
        return false;
    }

    message::error unmarked() const { return message::error(WORKER_LEAVERS, {{"plugin", provider_.entry().name}}); }

    bool keep(const std::vector<leaver>& done) {
        try {
            host_.database().transact([&](store::connection& on) {
                communication::record_standings(on, provider_.entry().name, done, by(), host_.clock().now());
                // Behind the work, since a task is locked after everything else.
                if (!task::queue::holds(on, task_)) throw core_communication::task_cancelled();
            });
        } catch (const core_communication::task_cancelled&) {
            return false;
        }
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
        if (not_done_) return retry(*not_done_);
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
    std::vector<std::string>
        names_;  ///< Of the accounts that the provider was asked about last: they stay out of the log.
    std::optional<task::failure> not_done_;         ///< Why the first one that is not done is not.
    std::optional<store::milliseconds_utc> waits_;  ///< When there is more to do.
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
