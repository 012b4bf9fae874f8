#pragma once

#include "communication/accounts_in_making.hpp"
#include "communication/batches.hpp"
#include "communication/processor.hpp"
#include "communication/room.hpp"

#include <core_communication/identity.hpp>
#include <core_communication/user_provider.hpp>

#include <cstddef>
#include <set>
#include <span>
#include <vector>

namespace commhost::communication {

/// The accounts of one room's people, in one pass. What it throws is what batches::call does.
class room_accounts {
  public:
    /// All outlive it. in_making: what the passes over the provider's rooms share.
    room_accounts(const room& of, core_communication::user_provider& provider, room_processor& processor,
                  accounts_in_making& in_making, const batches& calls);

    /// Of those who are wanted and have none. Whom another pass is just doing is waited for. Returns how many were made.
    std::size_t make_missing();

    /// Those that the provider made and of whose people the roster says something else by now. Whom another pass is just doing it
    /// does as well. Returns how many were brought up to date.
    std::size_t update();

  private:
    std::size_t create(std::span<const core_communication::user_id> users, step kind);
    std::size_t make(std::vector<core_communication::user_id> users);
    std::vector<core_communication::user_id> missing() const;
    std::vector<core_communication::user_id> left_by_others(std::span<const core_communication::user_id> without) const;

    const room& of_;
    core_communication::user_provider& provider_;
    room_processor& processor_;
    accounts_in_making& in_making_;
    const batches& calls_;
    std::set<core_communication::user_id> wanted_;
    std::set<core_communication::user_id> tried_;  ///< Whom this pass asked an account for.
};

}  // namespace commhost::communication
