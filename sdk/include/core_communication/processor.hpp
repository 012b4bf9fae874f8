#pragma once

#include <core_communication/api.hpp>
#include <core_communication/cancellation.hpp>
#include <core_communication/http_service.hpp>
#include <core_communication/logger.hpp>
#include <core_communication/member.hpp>
#include <core_communication/provider_error.hpp>
#include <core_communication/settings.hpp>
#include <core_communication/strings.hpp>

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

    friend bool operator==(const room_properties&, const room_properties&) = default;
};

/// One room, and the host's services, as a plugin sees them. It lives longer than the provider object it was given to,
/// and is used by one thread at a time: the one that calls the provider.
///
/// set_value and erase_value store before they return. What is marked, and accounts, are stored in batches and at the
/// latest when the provider's method returns: after a crash a method may be called again for people it has done.
class CORE_COMMUNICATION_API processor {
  public:
    virtual ~processor();

    /// For diagnose() there is no room: id() is 0, the room's functions give nothing and its setters throw
    /// std::logic_error. The services work.
    virtual communication_id id() const = 0;
    virtual const instance& owner() const = 0;

    /// A name for the room on the server that is the same on every try and no other room's: 16 to 40 characters of
    /// a-z, 0-9 and '-'. It lets a repeated create find the room that the first one made.
    virtual std::string_view room_key() const = 0;

    virtual const room_properties& wanted_room() const = 0;

    /// Everybody who is to be in the room, by user id.
    virtual std::vector<member> wanted_members() const = 0;

    /// What the roster says about these people, in the order asked. People it does not know come with empty text.
    virtual std::vector<person> people(std::span<const user_id> users) const = 0;

    /// Each person's account at this provider, in the order asked; empty where there is none yet.
    virtual std::vector<std::optional<std::string>> accounts(std::span<const user_id> users) const = 0;

    /// Records a person's account, at most 255 bytes. Throws provider_error (conflict) when it is another person's, and
    /// std::logic_error when user is not above 0: somebody in the room whom no roster knows has an account already.
    virtual void set_account(user_id user, std::string_view account) = 0;

    /// Says that the server now has these people as the method under way wants them: their account exists
    /// (create_members), they are in the room with their role (add, update), they are out of it (remove). Only within
    /// these methods and of people whom the method was given; anything else is a mistake in the plugin and throws
    /// std::logic_error.
    virtual void mark_users_as_synced(std::span<const user_id> users) = 0;

    /// Says that the method under way could not do its work for this person, who then waits with this reason while the
    /// others go on. Where and of whom: as mark_users_as_synced.
    virtual void mark_user_as_failed(user_id user, const provider_error& reason) = 0;

    /// Hands over who is in the room on the server. complete: whether the read is known to be whole; from an
    /// incomplete one nobody is taken to be absent.
    virtual void set_remote_members(std::vector<remote_member> members, bool complete) = 0;

    /// A small store for this room at this provider: the remote room's id and the like. Keys up to 64 bytes, values
    /// up to 64 KiB, both UTF-8 without NUL and keys without control characters, else provider_error (invalid) and
    /// nothing is stored: encode what is binary. It outlives the task and goes with the room.
    virtual std::optional<std::string> value(std::string_view key) const = 0;
    virtual void set_value(std::string_view key, std::string_view value) = 0;
    virtual void erase_value(std::string_view key) = 0;

    virtual const settings& site_settings() const = 0;
    virtual const settings& room_settings() const = 0;
    virtual const strings& text() const = 0;
    virtual http_service& http() = 0;
    virtual logger& log() = 0;
    virtual const core_communication::cancellation& cancellation() const = 0;
};

}  // namespace core_communication::inline v1
