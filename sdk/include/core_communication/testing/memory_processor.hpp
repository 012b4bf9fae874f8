#pragma once

#include <core_communication/testing/memory_settings.hpp>

#include <core_communication/processor.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace core_communication::testing {

/// A room of a host that lives in memory: a test sets what the roster wants, calls a provider, and looks at what the
/// provider said. It keeps the rules of core_communication::processor that a provider relies on (one account belongs to
/// one person, values are text and have limits), and throws std::logic_error where a provider breaks those that bind it.
class memory_processor : public core_communication::processor {
  public:
    /// http must live longer. room_key: as processor::room_key.
    memory_processor(core_communication::http_service& http, std::string room_key);

    // What the institution wants.

    void set_room(core_communication::room_properties wanted) { wanted_room_ = std::move(wanted); }
    void add_person(core_communication::person who);
    void want(core_communication::user_id user,
              core_communication::room_role role = core_communication::room_role::member);
    void set_picture(std::optional<core_communication::picture> picture) { picture_ = std::move(picture); }
    void want_no_more(core_communication::user_id user) { wanted_.erase(user); }
    void set_site_settings(memory_settings site) { site_ = std::move(site); }
    void set_room_settings(memory_settings room) { room_ = std::move(room); }

    /// As the host does for somebody in the room whom no roster knows: a negative id for the account.
    core_communication::user_id add_stranger(std::string account);

    // What the provider said, since forget_verdicts().

    const std::set<core_communication::user_id>& synced() const { return synced_; }
    const std::map<core_communication::user_id, core_communication::provider_error>& failed() const { return failed_; }

    /// Empty when synchronise_room_members has not handed over any.
    const std::optional<std::vector<core_communication::remote_member>>& remote_members() const {
        return remote_members_;
    }
    bool remote_members_are_complete() const { return remote_members_are_complete_; }

    const std::vector<std::pair<core_communication::log_level, std::string>>& messages() const { return log_.messages; }
    void forget_verdicts();

    /// As a host that was killed before it could store them.
    void lose_values() {
        values_.clear();
        site_values_->clear();
    }
    void lose_account(core_communication::user_id user) { accounts_.erase(user); }

    /// From now on the two rooms are of one site.
    void share_site_with(memory_processor& other) { site_values_ = other.site_values_; }

    /// Whether the provider said that it made this person's account.
    bool has_made(core_communication::user_id user) const { return made_.contains(user); }

    /// How often the picture was asked for.
    int pictures_read() const { return pictures_read_; }

    void cancel() { cancellation_.is_requested = true; }

    // core_communication::processor

    core_communication::communication_id id() const override { return core_communication::communication_id{1}; }
    const core_communication::instance& owner() const override { return owner_; }
    std::string_view room_key() const override { return room_key_; }
    const core_communication::room_properties& wanted_room() const override { return wanted_room_; }
    std::optional<core_communication::picture> avatar() const override;
    std::vector<core_communication::member> wanted_members() const override;
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
    const core_communication::settings& site_settings() const override { return site_; }
    const core_communication::settings& room_settings() const override { return room_; }
    const core_communication::strings& text() const override { return text_; }
    core_communication::http_service& http() override { return http_; }
    core_communication::logger& log() override { return log_; }
    const core_communication::cancellation& cancellation() const override { return cancellation_; }

  private:
    struct memory_logger final : core_communication::logger {
        void log(core_communication::log_level level, std::string_view message) override;
        std::vector<std::pair<core_communication::log_level, std::string>> messages;
    };
    /// A string is its key and the values of its placeholders.
    struct bare_strings final : core_communication::strings {
        std::string get(std::string_view key, const placeholders& values) const override;
    };
    struct memory_cancellation final : core_communication::cancellation {
        bool requested() const noexcept override { return is_requested; }
        bool is_requested = false;
    };

    core_communication::http_service& http_;
    std::string room_key_;
    core_communication::instance owner_{"test", "class", "1"};
    core_communication::room_properties wanted_room_{"Room", "", ""};
    std::map<core_communication::user_id, core_communication::room_role> wanted_;
    std::map<core_communication::user_id, core_communication::person> people_;
    std::map<core_communication::user_id, std::string> accounts_;
    using value_map = std::map<std::string, std::string, std::less<>>;
    value_map values_;
    std::shared_ptr<value_map> site_values_ = std::make_shared<value_map>();
    std::set<core_communication::user_id> made_;
    std::optional<core_communication::picture> picture_;
    mutable int pictures_read_ = 0;
    std::set<core_communication::user_id> synced_;
    std::map<core_communication::user_id, core_communication::provider_error> failed_;
    std::optional<std::vector<core_communication::remote_member>> remote_members_;
    bool remote_members_are_complete_ = false;
    memory_settings site_;
    memory_settings room_;
    bare_strings text_;
    memory_logger log_;
    memory_cancellation cancellation_;
};

}  // namespace core_communication::testing
