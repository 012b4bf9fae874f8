#pragma once

#include <core_communication/api.hpp>
#include <core_communication/cancellation.hpp>
#include <core_communication/http_service.hpp>
#include <core_communication/logger.hpp>
#include <core_communication/member.hpp>
#include <core_communication/provider_error.hpp>
#include <core_communication/settings.hpp>
#include <core_communication/strings.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace core_communication::inline v1 {

/// What owns the room in the institution's software.
struct instance {
    std::string component;  ///< Who keeps it: "oneroster", "core_course".
    std::string type;       ///< "class", "course", "group".
    std::string id;         ///< Its id there.
};

/// How the room is to look. Text is UTF-8 without control characters.
struct room_properties {
    std::string name;   ///< Never empty, at most 255 code points.
    std::string topic;  ///< May be empty, at most 1,000 code points.

    /// The room's picture: lowercase hexadecimal SHA-256 of its bytes, empty where there is none. Compare it with the one
    /// that was sent last (processor::set_value), and ask for the bytes (processor::avatar) only when it differs.
    std::string avatar_digest;

    friend bool operator==(const room_properties&, const room_properties&) = default;
};

/// A room's picture.
struct picture {
    std::string media_type;  ///< "image/png", "image/jpeg", "image/gif" or "image/webp": what the bytes are.
    std::string bytes;       ///< At most 1 MiB.
};

/// Where an account comes from.
enum class account_origin : std::uint8_t {
    found,  ///< It was there. What somebody set there stays: the host never asks to change it.
    made,  ///< This provider made it. The host asks again (create_members) when the roster's word on the person changes.
};

/// One room, and the host's services, as a plugin sees them. It lives longer than the provider object it was given to,
/// and is used by one thread at a time: the one that calls the provider.
///
/// set_value and erase_value store before they return. What is marked, and accounts, are stored in batches and at the
/// latest when the provider's method returns: after a crash a method may be called again for people it has done.
///
/// How it grows: this interface is never edited once it is published, and so are the structs and enums that go through it.
/// What a later host offers besides is an interface of its own beside this one, of which the host's object is one too:
///
///     if (auto* newer = dynamic_cast<core_communication::some_newer_service*>(&room)) ...
///
/// null says that this host does not offer it, and the plugin does without. A host older than the SDK release that a
/// plugin was built with refuses the plugin by its stamp, so build with the oldest release that is to be supported. The
/// same holds for http_service, settings, strings and logger.
class CORE_COMMUNICATION_API processor {
  public:
    virtual ~processor();

    /// For diagnose() and repair_provider there is no room: id() is 0, the room's functions give nothing and its setters throw
    /// std::logic_error. The services work. [provider thread]
    virtual communication_id id() const = 0;

    /// The course, team or group whose room it is. [provider thread]
    virtual const instance& owner() const = 0;

    /// A name for the room on the server that is the same on every try and no other room's: 16 to 40 characters of
    /// a-z, 0-9 and '-'. It lets a repeated create find the room that the first one made. [provider thread]
    virtual std::string_view room_key() const = 0;

    /// How the room is to look. [provider thread]
    virtual const room_properties& wanted_room() const = 0;

    /// The picture that wanted_room().avatar_digest names, read when it is asked for; empty where there is none.
    /// [provider thread]
    virtual std::optional<picture> avatar() const = 0;

    /// Everybody who is to be in the room, by user id. [provider thread]
    virtual std::vector<member> wanted_members() const = 0;

    /// What the roster says about these people, in the order asked. People it does not know come with empty text.
    /// [provider thread]
    virtual std::vector<person> people(std::span<const user_id> users) const = 0;

    /// Each person's account at this provider, in the order asked; empty where there is none yet. [provider thread]
    virtual std::vector<std::optional<std::string>> accounts(std::span<const user_id> users) const = 0;

    /// Whose these accounts at this provider are, in the order asked; empty where an account is nobody's of the roster.
    /// One question for all of them: ask with a list. Never a negative id. [provider thread]
    virtual std::vector<std::optional<user_id>> users(std::span<const std::string> accounts) const = 0;

    /// Records a person's account, UTF-8 of 1 to 255 bytes, and whether this provider has made it. Called again for an
    /// account on record that the provider made, `found` leaves it made. Throws std::logic_error when user is not above
    /// 0: somebody in the room whom no roster knows has an account already.
    ///
    /// No two people have one account. Throws provider_error (conflict) when the method under way has been told that it is
    /// another person's, by users() or by an earlier set_account; ask users() first where that matters, with a list. What
    /// comes out only when the accounts of a batch are stored throws nothing: the account is not recorded, and the person
    /// counts as failed (conflict), whatever the method marks. [provider thread]
    virtual void set_account(user_id user, std::string_view account, account_origin origin) = 0;

    /// Says that the server now has these people as the method under way wants them: their account exists
    /// (create_members), they are in the room with their role (add, update), they are out of it (remove). Only within
    /// these methods and of people whom the method was given; anything else is a mistake in the plugin and throws
    /// std::logic_error. [provider thread]
    virtual void mark_users_as_synced(std::span<const user_id> users) = 0;

    /// Says that the method under way could not do its work for this person, who then waits with this reason while the
    /// others go on. Where and of whom: as mark_users_as_synced. [provider thread]
    virtual void mark_user_as_failed(user_id user, const provider_error& reason) = 0;

    /// Hands over who is in the room on the server. complete: whether the read is known to be whole; from an
    /// incomplete one nobody is taken to be absent. [provider thread]
    virtual void set_remote_members(std::vector<remote_member> members, bool complete) = 0;

    /// A small store for this room at this provider: the remote room's id and the like. Keys up to 64 bytes, values
    /// up to 64 KiB, both UTF-8 without NUL and keys without control characters, else provider_error (invalid) and
    /// nothing is stored: encode what is binary. It outlives the task and goes with the room. [provider thread]
    virtual std::optional<std::string> value(std::string_view key) const = 0;

    /// Stores a value in place of what was there, before it returns. [provider thread]
    virtual void set_value(std::string_view key, std::string_view value) = 0;

    /// What is not there is erased already. [provider thread]
    virtual void erase_value(std::string_view key) = 0;

    /// The same for the whole site: one store for this provider, shared by all its rooms and by every process of the host.
    /// It is for what is the server's and not a room's, such as which account a token belongs to. Keys and values as
    /// above, at most 256 keys; one more is provider_error (invalid). It stays until the plugin erases it.
    ///
    /// Rooms are worked on at the same time. A value is always one that was stored as a whole, and of two that are stored
    /// at the same time the last one stays: keep there what any room would come to by itself, and nothing that is
    /// counted or added to. What another process stores is seen at the latest by the next task.
    ///
    /// For diagnose() and repair_provider site_value gives nothing and the setters throw std::logic_error. [provider thread]
    virtual std::optional<std::string> site_value(std::string_view key) const = 0;

    /// Stores a value in place of what was there, before it returns. [provider thread]
    virtual void set_site_value(std::string_view key, std::string_view value) = 0;

    /// What is not there is erased already. [provider thread]
    virtual void erase_site_value(std::string_view key) = 0;

    /// What an admin has set for the whole server: "site" of settings.json. [provider thread]
    virtual const settings& site_settings() const = 0;

    /// What was set for this room: "room" of settings.json. [provider thread]
    virtual const settings& room_settings() const = 0;

    /// The plugin's own words. [provider thread]
    virtual const strings& text() const = 0;

    /// The way to the server. [provider thread]
    virtual http_service& http() = 0;

    /// The host's log. [provider thread]
    virtual logger& log() = 0;

    /// Whether the task is to stop. [provider thread]
    virtual const core_communication::cancellation& cancellation() const = 0;
};

}  // namespace core_communication::inline v1
