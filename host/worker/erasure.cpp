#include "worker/erasure.hpp"

#include "audit/audit.hpp"
#include "communication/erasure.hpp"
#include "communication/mentions.hpp"
#include "communication/room_audit.hpp"
#include "directory/change_set.hpp"
#include "directory/user.hpp"
#include "message/error.hpp"
#include "plugin/capability.hpp"
#include "plugin/settings_schema.hpp"
#include "service/log.hpp"
#include "service/secret_blanker.hpp"
#include "task/queue.hpp"
#include "text/utf8.hpp"
#include "worker/caught.hpp"
#include "worker/codes.hpp"
#include "worker/person_processor.hpp"

#include <core_communication/cancellation.hpp>
#include <core_communication/provider_error.hpp>

#include <array>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace commhost::worker {

namespace {

using core_communication::failure;
using core_communication::log_level;
using core_communication::user_id;

/// In code points, as for rooms.
constexpr std::size_t longest_error = 1000;

/// One task of erasing one person at one provider.
class erasure {
  public:
    erasure(host& of, const provider_in_use& provider, service::http_engine& engine, const task::leased_task& task,
            const service::stop& stop, user_id person)
        : host_(of), provider_(provider), engine_(engine), task_(task), stop_(stop), person_(person),
          blank_(provider.site_settings().secret_texts()) {}

    /// All accounts that the person has and had there, so that one that is refused or still under way costs the others none of
    /// their attempts. Returns whether that is done; what the provider throws means that it is not, either.
    bool run() {
        accounts_ = accounts_there();
        for (const auto& each : accounts_) {
            // Each may take its provider long: until then the person may be named again, or the account be somebody else's.
            const auto account = still_to_erase(each.account);
            if (!account) continue;
            const auto became = try_to_erase(*account);
            if (became && !forget(account->account, *became)) return true;
        }
        if (failed_) std::rethrow_exception(failed_);
        return !is_under_way_;
    }

    /// Not whom somebody wants in a room again, or whose erasure was withdrawn.
    bool may_run() const { return communication::may_be_erased(*host_.database().borrow(), person_); }

    /// It is tried again, or has failed.
    void retry(log_level level, task::failure why) const {
        const auto text = blank_(std::move(why.text));
        log(level, text);
        why.text = communication::shortened(text, names(), longest_error);
        host_.queue().retry(task_, why);
    }

  private:
    std::vector<communication::account_at> accounts_there() const {
        auto found = communication::accounts_with(*host_.database().borrow(), person_);
        std::erase_if(found, [this](const auto& each) { return each.provider != provider_.entry().name; });
        return found;
    }

    std::optional<communication::account_at> still_to_erase(const std::string& account) const {
        return communication::account_to_erase(*host_.database().borrow(), provider_.entry().name, person_, account);
    }

    /// What became of it; empty where it is not done, which the end of the run says. Throws what concerns all accounts: that it is to
    /// stop, or that the server asked to wait.
    std::optional<std::string_view> try_to_erase(const communication::account_at& account) {
        if (!is_erased_by(provider_.entry(), account)) return communication::left_on_server;
        try {
            const auto became = erase(account.account);
            if (!became) is_under_way_ = true;
            return became;
        } catch (const core_communication::task_cancelled&) {
            if (stop_.requested()) throw;
            keep_first_failure();
        } catch (const core_communication::provider_error& failed) {
            if (failed.kind() == failure::rate_limited) throw;
            keep_first_failure();
        } catch (...) {
            keep_first_failure();
        }
        return std::nullopt;
    }

    /// Within a catch block alone.
    void keep_first_failure() {
        if (!failed_) failed_ = std::current_exception();
    }

    /// What became of it; empty while it is under way. An account that is refused for good stays: at once where the server never
    /// will (that of its admin, for instance), and else when there is no other try. A server that answers like that only now,
    /// because something is wrong with it, gets them all.
    std::optional<std::string_view> erase(const std::string& account) const {
        try {
            if (!ask(account)) return std::nullopt;
            return communication::erased_on_server;
        } catch (const core_communication::provider_error& refused) {
            const bool is_last = task_.attempts + 1 >= host_.queue().settings().most_attempts;
            const bool for_good =
                refused.kind() == failure::conflict || (refused.kind() == failure::rejected && is_last);
            if (!for_good) throw;
            log(log_level::warning, blank_(refused.what()));
            return communication::left_on_server;
        }
    }

    /// Has the provider erase it; returns whether that is done.
    bool ask(const std::string& account) const {
        const auto object = provider_.create();
        const auto& entry = provider_.entry();
        const auto& site = provider_.site_settings();
        const plugin::setting_values room(
            entry.component, plugin::effective_settings(entry.component, entry.settings.room, {}), host_.secrets());
        service::plugin_logger logger(host_.log(), origin(), blank_);
        service::account_http http(engine_, {site.urls(), site.secret_texts(), logger.enabled(log_level::debug)}, stop_,
                                   logger);
        person_processor processor({site, room, provider_.strings(), http, logger, stop_, blank_}, person_, account);
        object->load_for_instance(processor);
        return object.can().privacy->delete_user_data(person_);
    }

    /// An account that is left is named in the record: somebody has to erase it by hand. One that is needed again by now is not
    /// forgotten, and is named in the record if it is gone from its server. Returns whether the task is still ours.
    bool forget(const std::string& account, std::string_view became) const {
        try {
            host_.database().transact([&](store::connection& on) {
                record_end(on, account, became);
                // Behind the work, since a task is locked after rooms.
                if (!task::queue::holds(on, task_)) throw core_communication::task_cancelled();
            });
            return true;
        } catch (const core_communication::task_cancelled&) {
            return false;
        }
    }

    void record_end(store::connection& on, const std::string& account, std::string_view became) const {
        directory::lock_revision(on);
        const auto& provider = provider_.entry().name;
        const bool goes = communication::account_to_erase(on, provider, person_, account).has_value();
        if (!goes && became == communication::left_on_server) return;
        if (goes) communication::forget_accounts(on, std::array{communication::account_of{person_, provider, account}});
        audit::subject about{audit::subject_kind::user};
        about.user = person_;
        about.name = provider;
        audit::entry made{
            {"worker", "task " + std::to_string(static_cast<std::int64_t>(task_.id)), ""}, about, std::string(became)};
        if (!goes || became == communication::left_on_server) made.before = communication::account_json(account);
        audit::record(on, made, host_.clock().now());
    }

    service::log_origin origin() const {
        return {provider_.entry().component, std::nullopt, static_cast<std::int64_t>(task_.id)};
    }

    /// By which a text may name the person.
    std::vector<std::string> names() const {
        std::vector<std::string> all;
        for (const auto& each : accounts_) all.push_back(each.account);
        if (const auto person = directory::find_user(*host_.database().borrow(), person_))
            for (auto& name : communication::names_of(person->record, {})) all.push_back(std::move(name));
        return all;
    }

    /// Without the names: a task's text is blanked when they are forgotten, a line of the log stays.
    void log(log_level level, const std::string& text) const {
        host_.log().write(
            level, origin(),
            text::printable(communication::without_names(text, names(), communication::nobody), longest_error));
    }

    host& host_;
    const provider_in_use& provider_;
    service::http_engine& engine_;
    const task::leased_task& task_;
    const service::stop& stop_;
    user_id person_;
    service::secret_blanker blank_;
    std::vector<communication::account_at> accounts_;
    std::exception_ptr failed_;  ///< Why the first one that has failed did.
    bool is_under_way_ = false;  ///< One of them at least.
};

}  // namespace

bool is_erased_by(const plugin::plugin_entry& entry, const communication::account_at& account) {
    return account.made && plugin::has(entry.capabilities, plugin::capability::privacy_provider);
}

void erase_person(host& of, const provider_in_use& provider, service::http_engine& engine,
                  const task::leased_task& task, const service::stop& stop) {
    const auto& name = provider.entry().name;
    const auto person = communication::person_of(task.payload);
    if (!person) {
        of.queue().complete(task);
        return;
    }
    erasure work(of, provider, engine, task, stop, *person);
    try {
        if (!work.may_run() || work.run()) {
            of.queue().complete(task);
        } else {
            const message::error why(WORKER_ERASING, {{"plugin", name}});
            work.retry(log_level::info, {std::string(why.code().id()), why.text(), false});
        }
    } catch (const core_communication::task_cancelled&) {
        // Whoever stopped it gives it back; a plugin that stopped by itself has not done it.
        if (!stop.requested()) work.retry(log_level::warning, caught(name, 0));
    } catch (...) {
        work.retry(log_level::warning, caught(name, of.clock().now()));
    }
}

}  // namespace commhost::worker
