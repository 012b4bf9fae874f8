#pragma once

#include "service/secret_blanker.hpp"
#include "worker/validator/method.hpp"
#include "worker/validator/strict_http.hpp"
#include "worker/validator/strict_services.hpp"
#include "worker/validator/watcher.hpp"

#include <core_communication/testing/memory_processor.hpp>

#include <set>
#include <span>
#include <string>
#include <string_view>

namespace commhost::worker::validator {

/// The services of a strict host. They outlive its processor.
struct strict_services {
    strict_settings& site;
    strict_settings& room;
    strict_strings& strings;
    strict_http& http;
    strict_logger& log;
    strict_cancellation& cancellation;
    const service::secret_blanker& blank;
};

/// A room in memory that tells the watcher of everything that the contract forbids.
class strict_processor final : public core_communication::testing::memory_processor {
  public:
    using user_id = core_communication::user_id;
    /// What it is when nobody watches: for what the validator itself reads and sets.
    using memory = core_communication::testing::memory_processor;

    /// without_room: as a plugin finds it in diagnose().
    strict_processor(watcher& over, const strict_services& services, std::string room_key, bool without_room);

    /// From now on verdicts are about this call and these people.
    void begin(method which, std::span<const user_id> users);
    void end();

    // core_communication::processor

    core_communication::communication_id id() const override;
    const core_communication::instance& owner() const override;
    std::string_view room_key() const override;
    const core_communication::room_properties& wanted_room() const override;
    std::optional<core_communication::picture> avatar() const override;
    std::vector<core_communication::member> wanted_members() const override;
    std::vector<core_communication::person> people(std::span<const user_id> users) const override;
    std::vector<std::optional<std::string>> accounts(std::span<const user_id> users) const override;
    std::vector<std::optional<user_id>> users(std::span<const std::string> accounts) const override;
    void set_account(user_id user, std::string_view account, core_communication::account_origin origin) override;
    void mark_users_as_synced(std::span<const user_id> users) override;
    void mark_user_as_failed(user_id user, const core_communication::provider_error& reason) override;
    void set_remote_members(std::vector<core_communication::remote_member> members, bool complete) override;
    std::optional<std::string> value(std::string_view key) const override;
    void set_value(std::string_view key, std::string_view value) override;
    void erase_value(std::string_view key) override;
    std::optional<std::string> site_value(std::string_view key) const override;
    void set_site_value(std::string_view key, std::string_view value) override;
    void erase_site_value(std::string_view key) override;
    const core_communication::settings& site_settings() const override;
    const core_communication::settings& room_settings() const override;
    const core_communication::strings& text() const override;
    core_communication::http_service& http() override;
    core_communication::logger& log() override;
    const core_communication::cancellation& cancellation() const override;

    // core_communication::person_pictures

    std::vector<core_communication::person_picture> pictures(std::span<const user_id> users) const override;
    std::optional<core_communication::picture> read_picture(user_id user) const override;
    void note_pictures(std::span<const core_communication::picture_note> notes) override;

  private:
    /// Whether the verdict may stand; notes the breach when it may not.
    bool takes_verdict(user_id user);
    /// Whether there is a room; notes the breach when what is to be set has none.
    bool has_room(std::string_view to_set);
    void check_pair(std::string_view key, std::string_view value);

    watcher& watcher_;
    strict_services services_;
    bool without_room_;
    method method_ = method::load_for_instance;
    bool under_way_ = false;
    std::set<user_id> asked_;
    std::set<user_id> decided_;
    core_communication::instance nobody_;
    core_communication::room_properties no_room_;
};

}  // namespace commhost::worker::validator
