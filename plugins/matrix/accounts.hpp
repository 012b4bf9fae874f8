#pragma once

#include "account_maker.hpp"
#include "addresses.hpp"
#include "client.hpp"
#include "people_pictures.hpp"
#include "remote_room.hpp"
#include "shown_account.hpp"

#include <core_communication/processor.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace communication_matrix {

/// Accounts on the homeserver: user_provider for Matrix. How they are made is an account_maker's.
class accounts {
  public:
    /// All must live longer.
    accounts(core_communication::processor& processor, client& server, const configuration& site, remote_room& remote);

    /// Looks the accounts up first, because the one call that makes an account would change one that is there: in the
    /// server's list, where that takes far fewer requests than asking for each. Who is a
    /// server admin, or whose name derives to the account of one before them, is marked as failed (conflict) and nothing
    /// more is sent about them. Sends only what an account lacks, and no address that is somebody else's, which is logged.
    void create(std::span<const core_communication::user_id> userids);

  private:
    /// What is known of somebody's account, once it was looked up.
    enum class standing : std::uint8_t {
        unknown,  ///< Not looked up yet.
        refused,  ///< Marked as failed.
        absent,   ///< There is none: to be made.
        ours,     ///< This plugin made it: to be brought in line.
        found,    ///< Somebody else's making: left as it is.
    };
    struct candidate {
        core_communication::person who;
        std::string account;
        bool on_record = false;  ///< The host has the account already.
        accounts::standing standing = standing::unknown;
        unlike lacks{true, true, true};            ///< Of what the roster knows.
        std::optional<external_id> subject{};      ///< Who the person is to the single sign-on.
        std::vector<external_id> signs_in_with{};  ///< Who signs in to the account.
        std::string picture{};                     ///< What the account shows: an mxc:// address.
    };
    using names = std::set<std::string, std::less<>>;

    /// Those who can be looked up; the others are marked as failed.
    std::vector<candidate> candidates_among(std::span<const core_communication::user_id> userids);
    /// Whoever signed in before we made them an account has one, whatever its name is. Whoever has an account that is linked lacks no
    /// link.
    void find_by_sign_on(std::vector<candidate>& candidates);
    void look_up(std::vector<candidate>& candidates, addresses& taken);

    /// Reads the list as far as that is worth it; leaves unknown who was not reached, and whose account may be ours: the
    /// list has no addresses.
    void look_through_list(std::vector<candidate>& candidates, const names& begun, addresses& taken);
    void take_look(candidate& one, const names& begun, const core_communication::http_response& answer);
    void take_account(candidate& one, const names& begun, const boost::json::object& account);
    void withhold_addresses(std::vector<candidate>& candidates, addresses& taken);
    account_order order_for(const candidate& one) const;
    void write(const std::vector<candidate>& candidates);
    void settle(const candidate& one, core_communication::account_origin origin);
    /// Whether the account is the person's now; else they are marked as failed.
    bool put_on_record(const candidate& one, core_communication::account_origin origin);
    /// Of accounts that are made, or brought in line but for that.
    void bring_pictures(std::span<const pictured_account> accounts);

    /// The accounts that were being made when this room was last worked on: if the host was killed in between, they are
    /// there and nobody knows that we made them.
    names begun() const;
    void remember_begun(const std::vector<candidate>& candidates);
    void forget_begun(std::string_view account);

    core_communication::processor& processor_;
    client& server_;
    const configuration& site_;
    remote_room& remote_;
    std::unique_ptr<account_maker> maker_;
    people_pictures pictures_;
};

}  // namespace communication_matrix
