#pragma once

#include "client.hpp"
#include "remote_room.hpp"

#include <core_communication/processor.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace communication_matrix {

/// An e-mail address as Synapse compares it: without regard to case (synapse/util/threepids.py, canonicalise_email; of
/// letters beyond ASCII only the exact form is known here).
std::string canonical(std::string_view address);

/// Which e-mail addresses may be given to accounts. An address belongs to one account of a homeserver, and Synapse takes it
/// from that one without a word when another is given it ("Create or modify account": threepids); whoever has an address
/// can set a new password with it.
class addresses {
  public:
    /// All must live longer. For one call of create_members.
    addresses(core_communication::processor& processor, client& server, remote_room& remote);

    /// Takes note of an account of the server's list.
    void note(const boost::json::object& account);
    /// And that the list has no other.
    void note_end_of_list() { is_whole_ = true; }

    /// An account that is to be given an address.
    struct claim {
        core_communication::user_id user{};
        std::string account;
        std::string address;
    };

    /// Those whose address must not be sent, and why: the roster gives it to somebody else, too, or another account has it.
    ///
    /// Where the whole list was noted, the accounts in it that are nobody's of the roster are looked at, if they are fewer
    /// than the claims, and remembered for the site until they are used again; else the server is asked whose each address
    /// is. Accounts that were just made and that nobody has used are left out of this: they are those that other rooms are
    /// making at the same time. Throws provider_error when the server cannot be asked.
    std::map<core_communication::user_id, std::string> withheld(std::span<const claim> claims);

  private:
    struct listed {
        std::string account;
        std::int64_t last_seen = 0;
        bool is_just_made = false;
    };
    struct remembered {
        std::int64_t last_seen = 0;
        std::vector<std::uint64_t> addresses;  ///< Their hashes.
    };
    using memory = std::map<std::string, remembered, std::less<>>;

    void withhold(const claim& one, std::string why);
    void withhold_what_the_roster_shares(std::span<const claim> claims);
    void withhold_what_listed_people_have(std::span<const claim> claims,
                                          std::span<const std::optional<core_communication::user_id>> owners);
    std::vector<claim> left(std::span<const claim> claims) const;
    /// Whether the accounts of nobody were few enough to be looked at, and could be.
    bool look_at_others(std::span<const claim> claims,
                        std::span<const std::optional<core_communication::user_id>> owners);
    /// False: not all could be looked at.
    bool look_at(std::span<const listed> accounts, memory& known);
    /// Whose the address is that was asked for; empty where the server does not say.
    static std::string owner_in(const core_communication::http_response& answer);
    void ask_for_each(std::span<const claim> claims);
    memory recall() const;
    void remember(const memory& known);

    core_communication::processor& processor_;
    client& server_;
    remote_room& remote_;
    std::vector<listed> list_;
    bool is_whole_ = false;
    std::map<core_communication::user_id, std::string> withheld_;
};

}  // namespace communication_matrix
