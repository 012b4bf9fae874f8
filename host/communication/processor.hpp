#pragma once

#include "communication/accounts.hpp"
#include "communication/difference.hpp"
#include "communication/fenced_database.hpp"
#include "communication/members.hpp"
#include "communication/mentions.hpp"
#include "communication/policy.hpp"
#include "communication/room.hpp"
#include "communication/room_audit.hpp"
#include "directory/instance.hpp"
#include "service/secret_blanker.hpp"
#include "store/clock.hpp"
#include "store/database.hpp"

#include <core_communication/person_pictures.hpp>
#include <core_communication/processor.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::communication {

/// What a plugin is given besides its room. All of it outlives the processor.
struct room_services {
    const core_communication::settings& site_settings;
    const core_communication::settings& room_settings;
    const core_communication::strings& strings;
    core_communication::http_service& http;
    core_communication::logger& log;
    const core_communication::cancellation& cancellation;
    const service::secret_blanker& blank;  ///< Knows the secrets of both kinds of settings.
};

/// What the method of the plugin that is being called was asked to do, and so what its verdicts mean.
enum class step : std::uint8_t {
    none,
    create_members,
    update_accounts,  ///< Of people who have one: whatever becomes of it says nothing about them and the room.
    put_into_room,
    give_role,  ///< To people who are in the room.
    remove_from_room,
};

/// One room as a plugin sees it. Verdicts are collected and stored in batches of one transaction; one thread at a time.
class room_processor final : public core_communication::processor, public core_communication::person_pictures {
  public:
    /// database: what the plugin says and stores goes there as long as the room is the caller's; after that every function that
    /// writes throws task_cancelled. wanted: by user id; empty for a room that is to be emptied. site: see site_id.
    /// by: whom the audit names for what is done.
    room_processor(fenced_database database, const store::clock& clock, std::string_view site, const room& of,
                   const directory::instance& instance, std::vector<core_communication::member> wanted,
                   const room_services& services, audit::origin by = {"worker"});

    // What reconcile does with it around each call of the plugin.

    /// From now on verdicts are about these people and this step; whoever of them gets none is noted as failed by end().
    void begin(step next, std::span<const core_communication::user_id> users);

    /// Stores what is left, and a failure for everybody whom the plugin said nothing about. Returns how many failed.
    std::size_t end();

    /// People of no roster who were to be removed and could not be, and why the last of them. They have no row to keep a
    /// reason in.
    struct strangers {
        std::size_t number = 0;
        std::string reason;
    };
    const strangers& strangers_left() const { return strangers_left_; }

    /// Everybody for whom something could not be done in this pass.
    const std::set<core_communication::user_id>& refused() const { return refused_; }

    /// Whom the provider has refused an account in this pass for a reason of their own: no account on the server is theirs.
    const std::set<core_communication::user_id>& without_account() const { return without_account_; }

    /// Of these people, who has no verdict yet in this step.
    std::vector<core_communication::user_id> undecided(std::span<const core_communication::user_id> users) const;

    /// Stores what is left without a word about the others: the plugin threw.
    void abandon();

    /// Whether text, which is to be stored and shown, holds a secret of the plugin's settings.
    bool holds_secret(const std::string& text) const { return services_.blank(text) != text; }

    /// Where what is done for this room is stored.
    const fenced_database& database() const { return database_; }

    /// Accounts that policy::exempt names count as exempt in what is read from now on.
    void spare(policy rules) { rules_ = std::move(rules); }

    /// What is done to the room and its people is recorded there, in the transaction that stores it.
    const room_audit& audit() const { return audit_; }

    /// What set_remote_members handed over last, its accounts turned into people; empty when it was not called since the
    /// last call of this function.
    std::optional<observation> take_observation();

    // core_communication::processor

    core_communication::communication_id id() const override { return id_; }
    const core_communication::instance& owner() const override { return owner_; }
    std::string_view room_key() const override { return room_key_; }
    const core_communication::room_properties& wanted_room() const override { return properties_; }
    std::optional<core_communication::picture> avatar() const override;
    std::vector<core_communication::member> wanted_members() const override { return wanted_; }
    std::vector<core_communication::person> people(std::span<const core_communication::user_id> users) const override;
    std::vector<std::optional<std::string>> accounts(std::span<const core_communication::user_id> users) const override;
    std::vector<std::optional<core_communication::user_id>> users(std::span<const std::string> accounts) const override;
    void set_account(core_communication::user_id user, std::string_view account,
                     core_communication::account_origin origin) override;
    void mark_users_as_synced(std::span<const core_communication::user_id> users) override;
    void mark_user_as_failed(core_communication::user_id user,
                             const core_communication::provider_error& reason) override;
    void set_remote_members(std::vector<core_communication::remote_member> members, bool complete) override;
    std::optional<std::string> value(std::string_view key) const override;
    void set_value(std::string_view key, std::string_view value) override;
    void erase_value(std::string_view key) override;
    std::optional<std::string> site_value(std::string_view key) const override;
    void set_site_value(std::string_view key, std::string_view value) override;
    void erase_site_value(std::string_view key) override;
    const core_communication::settings& site_settings() const override { return services_.site_settings; }
    const core_communication::settings& room_settings() const override { return services_.room_settings; }
    const core_communication::strings& text() const override { return services_.strings; }
    core_communication::http_service& http() override { return services_.http; }
    core_communication::logger& log() override { return services_.log; }
    const core_communication::cancellation& cancellation() const override { return services_.cancellation; }

    // core_communication::person_pictures

    std::vector<core_communication::person_picture>
    pictures(std::span<const core_communication::user_id> users) const override;
    std::optional<core_communication::picture> read_picture(core_communication::user_id user) const override;
    void note_pictures(std::span<const core_communication::picture_note> notes) override;

  private:
    void note(verdict each);
    void flush();
    const uncut_names& names();
    void count_as_failed(core_communication::user_id user);
    /// Stores accounts and adds to taken who has not got theirs, because it is another's.
    void store_accounts(store::connection& on, const std::map<core_communication::user_id, told_account>& accounts,
                        store::milliseconds_utc now, std::map<core_communication::user_id, std::string>& taken) const;
    /// Stores what the step that is going on has come to.
    void store_verdicts(store::connection& on, std::span<const verdict> decided, store::milliseconds_utc now) const;
    /// Of those whose account is done, the profile that it shows.
    std::map<core_communication::user_id, std::string> shown_now(std::span<const verdict> decided) const;

    fenced_database database_;
    const store::clock& clock_;
    core_communication::communication_id id_;
    std::string provider_;
    core_communication::instance owner_;
    std::string room_key_;
    core_communication::room_properties properties_;
    std::vector<core_communication::member> wanted_;
    room_services services_;
    room_audit audit_;

    step step_ = step::none;
    std::set<core_communication::user_id> undecided_;
    std::vector<verdict> verdicts_;
    std::map<core_communication::user_id, told_account> new_accounts_;
    std::map<core_communication::user_id, std::string> profiles_;  ///< Of those whom the step is about.
    std::size_t failed_ = 0;
    strangers strangers_left_;
    std::set<core_communication::user_id> refused_;
    std::set<core_communication::user_id> without_account_;

    // Of this step: whose accounts are, as users() has answered, and who was told an account that proved to be another's.
    mutable std::map<std::string, std::optional<core_communication::user_id>, std::less<>> known_owners_;
    std::map<core_communication::user_id, std::string> taken_;

    std::optional<uncut_names> names_;  ///< Of the room, once a reason had to be cut.
    mutable std::map<core_communication::user_id, std::string> given_digests_;  ///< As pictures() gave them last.

    policy rules_;
    std::optional<observation> observation_;
    std::map<core_communication::user_id, std::string> strangers_;  ///< By their negative ids.
};

}  // namespace commhost::communication
