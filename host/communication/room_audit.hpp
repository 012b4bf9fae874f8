#pragma once

#include "audit/audit.hpp"
#include "communication/accounts.hpp"
#include "communication/members.hpp"
#include "communication/room.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"

#include <core_communication/identity.hpp>
#include <core_communication/member.hpp>

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

namespace commhost::communication {

/// What the audit has before or after of an account.
std::string account_json(const std::string& account);

/// The account that such a text names; empty for any other text.
std::optional<std::string> account_in(std::string_view json);

/// The audit of one room: what a pass has really done on the server, recorded where its progress is stored. Each function
/// is a statement at most, in the caller's transaction, and none for nobody.
class room_audit {
  public:
    room_audit(audit::origin by, const room& of)
        : by_(std::move(by)), room_(of.id), instance_(of.instance), provider_(of.provider) {}

    /// Of the room itself: "room_made", "room_lost", "room_replaced".
    void record_room(store::connection& within, std::string_view action, store::milliseconds_utc now) const;

    /// "room_adopted", of the room at that address on the server.
    void record_adopted(store::connection& within, std::string_view address, store::milliseconds_utc now) const;

    /// Of these people and the roles that they have now: "found_in_room".
    void record_people(store::connection& within, std::string_view action,
                       std::span<const core_communication::member> people, store::milliseconds_utc now) const;

    /// Of these people, who have no role any more: "gone_from_room".
    void record_people(store::connection& within, std::string_view action,
                       std::span<const core_communication::user_id> people, store::milliseconds_utc now) const;

    enum class roles : std::uint8_t { none, given };

    /// Of those to whom the provider did what was asked: "put_into_room". strangers: the accounts of people of no roster,
    /// who have no number to be found by.
    void record_done(store::connection& within, std::string_view action, std::span<const verdict> verdicts, roles shown,
                     const std::map<core_communication::user_id, std::string>& strangers,
                     store::milliseconds_utc now) const;

    /// "account_made" or "account_found" of those whose account is another one than before; refused have not got it.
    void record_accounts(store::connection& within, const std::map<core_communication::user_id, std::string>& before,
                         const std::map<core_communication::user_id, told_account>& told,
                         std::span<const core_communication::user_id> refused, store::milliseconds_utc now) const;

  private:
    audit::entry entry_of(audit::subject_kind kind, std::string_view action) const;

    audit::origin by_;
    core_communication::communication_id room_;
    directory::instance_id instance_;
    std::string provider_;
};

}  // namespace commhost::communication
