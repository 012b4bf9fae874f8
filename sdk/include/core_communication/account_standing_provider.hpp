#pragma once

#include <core_communication/api.hpp>
#include <core_communication/identity.hpp>

#include <span>
#include <string>

namespace core_communication::inline v1 {

/// An account that this provider made (account_origin::made), and whether its person is still one of the institution. Since 1.1.
struct account_standing {
    user_id user{};         ///< Whose it is.
    std::string account;    ///< As it was recorded (processor::set_account).
    bool has_left = false;  ///< The person is suspended, or gone from every roster; false: they are back.
    /// What for_leavers() said when it was last done to this account, or when the host last asked for it and did not learn what became
    /// of it; empty: nothing is.
    std::string applied;
};

/// The capability of closing the accounts of people who have left, and of opening them again when they return, for a class that
/// has user_provider. The processor has no room, as for diagnostic_provider; its people() and accounts() give what is known of the
/// people of the call. Since 1.1.
class CORE_COMMUNICATION_API account_standing_provider {
  public:
    virtual ~account_standing_provider();

    /// What the settings want done to accounts of people who have left: a word of at most 32 characters of a-z and _ that means the
    /// same for ever, such as "lock", and "nothing" where they are to be left alone. The host compares it with what was done. Sends no
    /// request. Throws nothing. [provider thread]
    virtual std::string for_leavers() = 0;

    /// Sees to it that the account of each who has left is as for_leavers() says, and takes applied back of the others, and nothing
    /// that somebody else has done to the account: where it is closed already as for_leavers() says and applied is empty, it is
    /// somebody else's doing (failure::conflict). Where applied is another word than for_leavers() says, it is taken back once the
    /// new is done, so that nobody who has left can use the account in between.
    /// May be called again for those that are done: looks first, and writes nothing where it is so already. An account that
    /// is not there any more is as wanted.
    ///
    /// For each: mark_users_as_synced, or mark_user_as_failed. failure::conflict says that it will never be done, such as to the
    /// account of an admin: it is left as it is, and the host asks no more. A person left unmarked counts as not done and is given again
    /// later.
    ///
    /// accounts: at most 50, of no one twice. Throws provider_error when it can do nothing at all. [provider thread]
    virtual void update_accounts(std::span<const account_standing> accounts) = 0;

  protected:
    account_standing_provider() = default;
    account_standing_provider(const account_standing_provider&) = delete;
    account_standing_provider& operator=(const account_standing_provider&) = delete;
};

}  // namespace core_communication::inline v1
