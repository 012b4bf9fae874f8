#include "worker/erasure.hpp"

#include "audit/audit.hpp"
#include "communication/erasure.hpp"
#include "communication/room_audit.hpp"
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
#include "worker/caught.hpp"
#include "worker/codes.hpp"

#include <core_communication/cancellation.hpp>
#include <core_communication/provider_error.hpp>

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

/// An account that is left is named in the record: somebody has to erase it by hand.
void finish(host& of, const provider_in_use& provider, const task::leased_task& task, user_id person,
            const std::string& account, std::string_view action) {
    of.database().transact([&](store::connection& on) {
        if (of.queue().complete(on, task) == task::ending::lease_lost) return;
        communication::forget_account(on, provider.entry().name, person);
        audit::subject about{audit::subject_kind::user};
        about.user = person;
        about.name = provider.entry().name;
        audit::entry made{
            {"worker", "task " + std::to_string(static_cast<std::int64_t>(task.id)), ""}, about, std::string(action)};
        if (action == communication::left_on_server) made.before = communication::account_json(account);
        audit::record(on, made, of.clock().now());
    });
}

}  // namespace

bool is_erased_by(const plugin::plugin_entry& entry, const communication::account_at& account) {
    return account.made && plugin::has(entry.capabilities, plugin::capability::privacy_provider);
}

void erase_person(host& of, const provider_in_use& provider, service::http_engine& engine,
                  const task::leased_task& task, const service::stop& stop) {
    const auto person = communication::person_of(task.payload);
    const auto& name = provider.entry().name;
    const service::secret_blanker blank(provider.site_settings().secret_texts());
    std::optional<communication::account_at> account;
    const auto retry = [&](log_level level, task::failure why) {
        why.text = text::printable(blank(std::move(why.text)), longest_error);
        // The task's text is blanked when the account is forgotten, a line of the log stays.
        const service::secret_blanker unnamed(account ? std::vector{account->account} : std::vector<std::string>{});
        of.log().write(level, {provider.entry().component, std::nullopt, static_cast<std::int64_t>(task.id)},
                       unnamed(why.text));
        of.queue().retry(task, why);
    };
    try {
        if (person) account = communication::account_with(*of.database().borrow(), name, *person);
        if (!account || !may_be_erased(of, *person)) {
            of.queue().complete(task);
        } else if (!is_erased_by(provider.entry(), *account)) {
            finish(of, provider, task, *person, account->account, communication::left_on_server);
        } else if (erase_at_provider(of, provider, engine, task, stop, *person, account->account, blank)) {
            finish(of, provider, task, *person, account->account, communication::erased_on_server);
        } else {
            const message::error why(WORKER_ERASING, {{"plugin", name}});
            retry(log_level::info, {std::string(why.code().id()), why.text(), false});
        }
    } catch (const core_communication::provider_error& refused) {
        // Not this account, now or later: that of the server's admin, for instance. It stays, and is named as those are.
        if (account && refused.kind() == failure::conflict) {
            of.log().write(
                log_level::warning, {provider.entry().component, std::nullopt, static_cast<std::int64_t>(task.id)},
                text::printable(service::secret_blanker(std::vector{account->account})(blank(refused.what())),
                                longest_error));
            return finish(of, provider, task, *person, account->account, communication::left_on_server);
        }
        retry(log_level::warning, caught(name, of.clock().now()));
    } catch (const core_communication::task_cancelled&) {
        // Whoever stopped it gives it back; a plugin that stopped by itself has not done it.
        if (!stop.requested()) retry(log_level::warning, caught(name, 0));
    } catch (...) {
        retry(log_level::warning, caught(name, of.clock().now()));
    }
}

}  // namespace commhost::worker
