#include "worker/erasure.hpp"

#include "audit/audit.hpp"
#include "communication/accounts.hpp"
#include "communication/erasure.hpp"
#include "communication/site_processor.hpp"
#include "directory/erasure.hpp"
#include "directory/person.hpp"
#include "message/error.hpp"
#include "plugin/capability.hpp"
#include "plugin/settings_schema.hpp"
#include "service/log.hpp"
#include "service/secret_blanker.hpp"
#include "task/queue.hpp"
#include "text/utf8.hpp"
#include "worker/blame.hpp"
#include "worker/codes.hpp"

#include <core_communication/cancellation.hpp>
#include <core_communication/provider_error.hpp>

#include <array>
#include <string>
#include <utility>

namespace commhost::worker {

namespace {

using core_communication::log_level;
using core_communication::user_id;

/// In code points, as for rooms.
constexpr std::size_t longest_error = 1000;

/// The site, and the account of one person.
class person_processor final : public communication::site_processor {
  public:
    person_processor(const communication::room_services& services, user_id person, std::string account)
        : site_processor(services), person_(person), account_(std::move(account)) {}

    std::vector<std::optional<std::string>> accounts(std::span<const user_id> users) const override {
        std::vector<std::optional<std::string>> found;
        for (const auto user : users) found.push_back(user == person_ ? std::optional(account_) : std::nullopt);
        return found;
    }

  private:
    user_id person_;
    std::string account_;
};

/// Not whom somebody wants in a room again, or whose erasure was withdrawn.
bool may_be_erased(host& of, user_id person) {
    const auto on = of.database().borrow();
    const auto asked = directory::find_erasure(*on, person);
    return asked && !asked->done && directory::sources_with(*on, person).empty() &&
           communication::rooms_with(*on, person).empty();
}

/// Returns whether it is done.
bool erase_at_provider(host& of, const provider_in_use& provider, service::http_engine& engine,
                       const task::leased_task& task, const service::stop& stop, user_id person,
                       const std::string& account, const service::secret_blanker& blank) {
    const auto object = provider.create();
    if (object.can().privacy == nullptr) return true;
    const auto& site = provider.site_settings();
    const plugin::setting_values room(
        provider.entry().component,
        plugin::effective_settings(provider.entry().component, provider.entry().settings.room, {}), of.secrets());
    service::plugin_logger log(of.log(), {provider.entry().component, std::nullopt, static_cast<std::int64_t>(task.id)},
                               blank);
    service::account_http http(engine, {site.urls(), site.secret_texts(), log.enabled(log_level::debug)}, stop, log);
    person_processor processor({site, room, provider.strings(), http, log, stop, blank}, person, account);
    object->load_for_instance(processor);
    return object.can().privacy->delete_user_data(person);
}

void finish(host& of, const provider_in_use& provider, const task::leased_task& task, user_id person) {
    of.database().transact([&](store::connection& on) {
        if (of.queue().complete(on, task) == task::ending::lease_lost) return;
        communication::forget_account(on, provider.entry().name, person);
        audit::subject about{audit::subject_kind::user};
        about.user = person;
        about.name = provider.entry().name;
        const bool erases = plugin::has(provider.entry().capabilities, plugin::capability::privacy_provider);
        audit::record(on,
                      {{"worker", "task " + std::to_string(static_cast<std::int64_t>(task.id)), ""},
                       about,
                       erases ? "account_erased" : "account_left_on_server"},
                      of.clock().now());
    });
}

}  // namespace

void erase_person(host& of, const provider_in_use& provider, service::http_engine& engine,
                  const task::leased_task& task, const service::stop& stop) {
    const auto person = communication::person_of(task.payload);
    const service::secret_blanker blank(provider.site_settings().secret_texts());
    const auto retry = [&](task::failure why) {
        why.text = text::printable(blank(std::move(why.text)), longest_error);
        of.queue().retry(task, why);
    };
    try {
        std::string account;
        if (person) {
            const std::array users{*person};
            const auto known = communication::accounts_of(*of.database().borrow(), provider.entry().name, users);
            if (!known.empty()) account = known.begin()->second;
        }
        if (!person || account.empty() || !may_be_erased(of, *person)) {
            of.queue().complete(task);
        } else if (erase_at_provider(of, provider, engine, task, stop, *person, account, blank)) {
            finish(of, provider, task, *person);
        } else {
            const message::error why(WORKER_ERASING, {{"plugin", provider.entry().name}});
            of.log().write(log_level::info,
                           {provider.entry().component, std::nullopt, static_cast<std::int64_t>(task.id)}, why.text());
            retry({std::string(why.code().id()), why.text(), false});
        }
    } catch (const core_communication::task_cancelled&) {
        // Whoever stopped it gives it back; a plugin that stopped by itself has not done it.
        if (!stop.requested()) retry({"invalid", message::phrase("reason_threw_no_exception"), true});
    } catch (const core_communication::provider_error& failed) {
        std::optional<store::milliseconds_utc> earliest;
        if (failed.wait()) earliest = of.clock().now() + failed.wait()->count();
        retry({core_communication::to_string(failed.kind()), failed.what(), counts(failed.kind()), earliest,
               is_outage(failed.kind())});
    } catch (const message::error& failed) {
        retry({std::string(failed.code().id()), failed.text(), counts(failed.code())});
    } catch (const std::exception& failed) {
        retry({"invalid", failed.what(), true});
    } catch (...) {
        retry({"invalid", message::phrase("reason_threw_no_exception"), true});
    }
}

}  // namespace commhost::worker
