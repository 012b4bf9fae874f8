#pragma once

#include "plugin/loader.hpp"
#include "worker/validator/method.hpp"
#include "worker/validator/people.hpp"
#include "worker/validator/stage.hpp"
#include "worker/validator/strict_http.hpp"
#include "worker/validator/strict_processor.hpp"
#include "worker/validator/watcher.hpp"

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace commhost::worker::validator {

/// How a method of the plugin ended. Exactly one of returned, refused, cancelled and threw is set.
struct call_result {
    method which = method::load_for_instance;
    bool returned = false;
    std::optional<core_communication::provider_error> refused;
    bool cancelled = false;
    std::optional<std::string> threw;  ///< What an exception said that the contract knows nothing of.

    std::optional<bool> answer;      ///< Of a method that returns one.
    std::optional<std::string> url;  ///< Of generate_room_url.
    std::vector<core_communication::diagnosis> findings;
    std::vector<core_communication::repair_offer> offers;
    std::optional<std::string> for_leavers;  ///< Of update_accounts: what the plugin is set to do.

    std::vector<exchange> exchanges;
    std::set<core_communication::user_id> asked;  ///< Of a method that judges people: about whom.
    std::set<core_communication::user_id> synced;
    std::map<core_communication::user_id, core_communication::provider_error> failed;
    std::optional<std::vector<core_communication::remote_member>> members;
    bool members_are_complete = false;

    std::size_t writes() const;
    /// Whether it returned and says of nobody that he could not be done.
    bool has_succeeded() const { return returned && failed.empty(); }
    /// Of those asked about, who got no verdict.
    std::vector<core_communication::user_id> unmarked() const;
    /// Whether it sent something and nothing of it came through.
    bool reached_nobody() const;
};

/// The id of a repair that no plugin offers.
inline constexpr std::string_view never_offered = "commhost_validate";

/// Which settings a trial gives, when they are not those of the order: every url leads to this address.
struct trial_options {
    std::string room_key = "commhost-validate-memory";
    bool without_room = false;
    std::string every_url;
};

/// One room of a strict host, and the plugin at work on it. One thread.
class trial {
  public:
    /// behind: where requests go. Both outlive it. Throws message::error (SETTING_...).
    trial(stage& on, core_communication::http_service& behind, const trial_options& options = {});
    ~trial();
    trial(const trial&) = delete;
    trial& operator=(const trial&) = delete;

    /// A new object for the room, in the place of the one before, as the host makes for each task. Says how
    /// load_for_instance ended.
    call_result begin_task();

    /// where: for the report, "no-network". Nothing is called that the plugin has not, or that the order leaves out: the
    /// result has returned.
    call_result call(method which, std::string_view where,
                     std::span<const core_communication::user_id> users = everybody);

    bool has(method which) const;

    /// The address of what is to be adopted from now on; until then one that is none.
    void set_address(std::string address) { address_ = std::move(address); }

    /// What is to be repaired from now on; until then whatever diagnose finds, and what nobody ever offered.
    void set_repairs(std::vector<std::string> ids) { repairs_ = std::move(ids); }

    /// Whether people are as those who have left, and what was done to their accounts, from now on; until then all have, where the
    /// plugin is set to do anything, and nothing was.
    void set_standing(bool has_left, std::string applied) { standing_.emplace(has_left, std::move(applied)); }

    /// How many requests it has sent in all.
    std::size_t requests() const { return requests_; }

    strict_processor& room() { return processor_; }
    strict_http& http() { return http_; }
    watcher& rules() { return watcher_; }
    const service::secret_blanker& blank() const { return blank_; }
    const plugin::setting_values& site() const { return site_values_; }

  private:
    call_result make_call(method which, std::string_view where, std::span<const core_communication::user_id> users);
    void note_result(const call_result& of, std::string_view where);
    void run(method which, std::span<const core_communication::user_id> users, call_result& into);
    void run_repair(call_result& into);
    void run_standing(std::span<const core_communication::user_id> users, call_result& into);
    void end_task();

    stage& stage_;
    plugin::setting_values site_values_;
    plugin::setting_values room_values_;
    service::secret_blanker blank_;
    watcher watcher_;
    strict_settings site_;
    strict_settings room_;
    strict_strings strings_;
    strict_logger log_;
    strict_cancellation cancellation_;
    strict_http http_;
    strict_processor processor_;
    std::optional<plugin::provider> object_;
    std::string address_ = "commhost-validate";
    std::optional<std::vector<std::string>> repairs_;
    std::optional<std::pair<bool, std::string>> standing_;
    std::size_t requests_ = 0;
};

}  // namespace commhost::worker::validator
