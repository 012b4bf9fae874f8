#pragma once

#include <core_communication/person_pictures.hpp>
#include <core_communication/processor.hpp>
#include <core_communication/testing/bare_strings.hpp>
#include <core_communication/testing/memory_cancellation.hpp>
#include <core_communication/testing/memory_logger.hpp>
#include <core_communication/testing/memory_settings.hpp>

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

/// A room of a host that lives in memory, with its services: a test sets what the roster wants, calls a provider, and looks
/// at what the provider said. It keeps the rules of processor that a provider relies on (one account
/// belongs to one person, values are text and have limits), and throws std::logic_error where a provider breaks those that
/// bind it. Its strings are bare_strings.
///
///     scripted_http http("http://chat.test", [](const std::string& asked, const http_request&) { ... });
///     memory_processor room(http, "room-key-of-the-test");
///     room.set_site_settings(memory_settings({{"address", "http://chat.test"}}));
///     provider.load_for_instance(room);
///     room.ask(people, [&] { provider.add_members_to_room(people); });
///     CHECK(room.synced() == std::set{ada});
///
/// A class may derive from it to count or to hold back what a test is about. One thread.
class memory_processor : public processor, public person_pictures {
  public:
    /// http must live longer. room_key: 16 to 40 characters of a-z, 0-9 and '-', as a host's (processor::room_key), else
    /// std::logic_error.
    memory_processor(http_service& http, std::string room_key);

    // What the institution wants.

    /// Whose room it is; a class unless something else is said.
    void set_owner(instance owner) { owner_ = std::move(owner); }

    /// How the room is to look.
    void set_room(room_properties wanted) { wanted_room_ = std::move(wanted); }

    /// In place of what was known of that person. Whoever is wanted need not be known.
    void add_person(person who);
    /// Puts the person among those who are wanted in the room, or gives them another role there.
    void want(user_id user, room_role role = room_role::member);

    /// What the room's avatar_digest (set_room) names.
    void set_picture(std::optional<picture> picture) { picture_ = std::move(picture); }
    /// The person's picture, and what pictures() gives as its digest; nothing for none.
    void set_picture_of(user_id user, std::string digest, std::optional<picture> picture);
    /// Takes the person out of those who are wanted in the room.
    void want_no_more(user_id user) { wanted_.erase(user); }

    /// The plugin's settings for the whole server.
    void set_site_settings(memory_settings site) { site_ = std::move(site); }
    /// Those of this room.
    void set_room_settings(memory_settings room) { room_ = std::move(room); }

    /// As the host does for somebody in the room whom no roster knows: a negative id for the account.
    user_id add_stranger(std::string account);

    /// Calls the provider about these people, as a host does: what was said before is forgotten, and within call a verdict on
    /// anybody else, or a second one on a person, is std::logic_error. What call throws is passed on.
    void ask(std::span<const user_id> users, const std::function<void()>& call);

    /// Of those whom the last ask() was about, who got no verdict: a host counts them as not done.
    const std::set<user_id>& silent() const { return silent_; }

    // What the provider said, since ask() or forget_verdicts().

    /// Who was marked as done.
    const std::set<user_id>& synced() const { return synced_; }
    /// Who was marked as failed, and why.
    const std::map<user_id, provider_error>& failed() const { return failed_; }

    /// Empty when synchronise_room_members has not handed over any.
    const std::optional<std::vector<remote_member>>& remote_members() const { return remote_members_; }
    /// What was said of it.
    bool remote_members_are_complete() const { return remote_members_are_complete_; }

    /// What was logged.
    const std::vector<std::pair<log_level, std::string>>& messages() const { return log_.messages(); }

    /// And what was handed over and logged.
    void forget_verdicts();

    // Difficulties.

    /// As a host that was killed before it could store them.
    void lose_values() {
        values_.clear();
        site_values_->clear();
    }
    /// As a host whose record of an account was lost.
    void lose_account(user_id user) {
        accounts_.erase(user);
        notes_.erase(user);
    }

    /// From now on the two rooms are of one site.
    void share_site_with(memory_processor& other) { site_values_ = other.site_values_; }

    /// Whether the provider said that it made this person's account.
    bool has_made(user_id user) const { return made_.contains(user); }

    /// How often the room's picture was asked for.
    int pictures_read() const { return pictures_read_; }

    /// How often a picture of a person was asked for.
    int pictures_of_people_read() const { return pictures_of_people_read_; }

    /// The task is to stop: cancellation() says so, and http(), when it is a scripted_http, sends nothing more.
    void cancel();

    // core_communication::processor

    communication_id id() const override { return communication_id{1}; }
    const instance& owner() const override { return owner_; }
    std::string_view room_key() const override { return room_key_; }
    const room_properties& wanted_room() const override { return wanted_room_; }
    std::optional<picture> avatar() const override;
    std::vector<member> wanted_members() const override;
    std::vector<person> people(std::span<const user_id> users) const override;
    std::vector<std::optional<std::string>> accounts(std::span<const user_id> users) const override;
    std::vector<std::optional<user_id>> users(std::span<const std::string> accounts) const override;
    void set_account(user_id user, std::string_view account, account_origin origin) override;
    void mark_users_as_synced(std::span<const user_id> users) override;
    void mark_user_as_failed(user_id user, const provider_error& reason) override;
    void set_remote_members(std::vector<remote_member> members, bool complete) override;
    std::optional<std::string> value(std::string_view key) const override;
    void set_value(std::string_view key, std::string_view value) override;
    void erase_value(std::string_view key) override;
    std::optional<std::string> site_value(std::string_view key) const override;
    void set_site_value(std::string_view key, std::string_view value) override;
    void erase_site_value(std::string_view key) override;

    // core_communication::person_pictures

    std::vector<person_picture> pictures(std::span<const user_id> users) const override;
    std::optional<picture> read_picture(user_id user) const override;
    void note_pictures(std::span<const picture_note> notes) override;

    const settings& site_settings() const override { return site_; }
    const settings& room_settings() const override { return room_; }
    const strings& text() const override { return text_; }
    http_service& http() override { return http_; }
    logger& log() override { return log_; }
    const core_communication::cancellation& cancellation() const override { return cancellation_; }

  private:
    void decide(user_id user);

    http_service& http_;
    std::string room_key_;
    instance owner_{"test", "class", "1"};
    room_properties wanted_room_{"Room", "", ""};
    std::map<user_id, room_role> wanted_;
    std::map<user_id, person> people_;
    std::map<user_id, std::string> accounts_;
    using value_map = std::map<std::string, std::string, std::less<>>;
    value_map values_;
    std::shared_ptr<value_map> site_values_ = std::make_shared<value_map>();
    std::set<user_id> made_;
    std::optional<picture> picture_;
    mutable int pictures_read_ = 0;
    std::map<user_id, std::pair<std::string, picture>> pictures_of_people_;
    std::map<user_id, std::string> notes_;
    mutable int pictures_of_people_read_ = 0;
    std::set<user_id> synced_;
    std::map<user_id, provider_error> failed_;
    bool asking_ = false;
    std::set<user_id> silent_;
    std::optional<std::vector<remote_member>> remote_members_;
    bool remote_members_are_complete_ = false;
    memory_settings site_;
    memory_settings room_;
    bare_strings text_;
    memory_logger log_;
    memory_cancellation cancellation_;
};

}  // namespace core_communication::testing
