#pragma once

#include "account_rule.hpp"
#include "client.hpp"
#include "shown_account.hpp"

#include <core_communication/processor.hpp>
#include <core_communication/provider_error.hpp>

#include <boost/json/object.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace communication_matrix {

/// What is known, before anything is sent, of our having made an account.
enum class our_part : std::uint8_t {
    none,      ///< Nothing: an account of that name is somebody else's making.
    begun,     ///< We may have: it was to be made when this room was last worked on.
    recorded,  ///< We have: the host has it on record.
};

/// Who made an account that an order is about.
enum class account_made_by : std::uint8_t { us, somebody_else };

/// An account that is to be made, or to be given what it lacks.
struct account_order {
    core_communication::person who;
    std::string account;  ///< "@localpart:server", of this server.
    bool is_new = false;  ///< The homeserver has none of that name.
    unlike lacks{true, true, true};
    std::optional<external_id> subject{};      ///< Who the person is to the single sign-on.
    std::vector<external_id> signs_in_with{};  ///< Who signs in to the account already.
    our_part made = our_part::none;

    /// What is to be sent; empty where nothing is.
    std::string_view name() const { return lacks.name ? std::string_view(who.display_name) : std::string_view(); }
    std::string_view address() const { return lacks.address ? std::string_view(who.email) : std::string_view(); }
    bool wants_external_id() const { return lacks.external_id && subject.has_value(); }
    bool is_empty() const { return !is_new && name().empty() && address().empty() && !wants_external_id(); }
};

/// What can be done to an account whose person has left, and taken back.
enum class closing : std::uint8_t {
    lock,        ///< Nobody can use it; its sessions go on when it is unlocked.
    suspend,     ///< Its person can read and leave rooms, and do nothing else.
    deactivate,  ///< Sessions, addresses, rooms and keys are gone when it is active again.
};

/// What the homeserver calls it, in what it says of an account.
std::string_view field_of(closing what);

/// An account that is to be closed, or opened again.
struct closing_order {
    std::string account;         ///< Of this server.
    boost::json::object looked;  ///< What the homeserver says of it: it is there.
    closing what = closing::lock;
    bool closes = true;
    bool is_ours =
        true;  ///< If it is closed so already, that may be our doing; else it is somebody else's, and refused (closed_by_others).
};

/// Why an account that somebody else has closed is not closed by us, who would open it again: conflict.
core_communication::provider_error closed_by_others(const closing_order& order);

/// How the accounts of a server are made, closed and erased: by Synapse's own admin API, or by that of Matrix Authentication Service where this
/// has them. Errors of the connection and of our rights are thrown once a batch is through, as by send_for_each.
class account_maker {
  public:
    /// Called for each order: nothing when it is done, or why it is not.
    using on_done =
        std::function<void(std::size_t index, const std::optional<core_communication::provider_error>& why)>;
    /// Called before on_done, and at most once for each order, where the account is not on the homeserver yet: of us, and so to
    /// be put on record whatever becomes of the rest; or of somebody else, and so no longer to be remembered as begun. May throw
    /// provider_error (conflict): it is another person's, and nothing more is done to it.
    using on_maker = std::function<void(std::size_t index, account_made_by whose)>;
    /// Called for each person who has an account.
    using on_account = std::function<void(std::size_t index, std::string account)>;

    virtual ~account_maker();

    /// Makes the accounts, or brings them in line; may be called again for those that are half done.
    virtual void carry_out(std::span<const account_order> orders, const on_maker& tell, const on_done& done) = 0;

    /// Whether the homeserver tells who signs in to an account. Where it does not, whoever has an account is to be found as well, so
    /// that it is known whether a link is lacking.
    virtual bool is_told_by_homeserver_who_signs_in() const = 0;

    /// Whose accounts these people sign in to.
    virtual void find(std::span<const external_id> people, const on_account& found) = 0;

    /// Whether an account that was being made when the host was killed can be the one of this order: account as the
    /// homeserver tells it.
    virtual bool is_as_made(const boost::json::object& account, const account_order& order) const = 0;

    /// Closes accounts, or opens them; looks first, and writes nothing to those that are so already.
    virtual void change(std::span<const closing_order> orders, const on_done& done) = 0;

    /// Deactivates the account for good and has the server erase it. May be called again; it may take a while until the
    /// homeserver shows it.
    virtual void erase(std::string_view account) = 0;

  protected:
    account_maker() = default;
    account_maker(const account_maker&) = default;
    account_maker& operator=(const account_maker&) = default;
};

/// The one that the settings ask for. All must live longer.
std::unique_ptr<account_maker> account_maker_for(core_communication::processor& processor, client& server,
                                                 const configuration& site);

}  // namespace communication_matrix
