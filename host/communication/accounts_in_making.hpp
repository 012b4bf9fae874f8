#pragma once

#include <core_communication/cancellation.hpp>
#include <core_communication/identity.hpp>

#include <condition_variable>
#include <mutex>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace commhost::communication {

/// Who of a provider's people is just being given an account, so that two rooms which one worker does at the same time do
/// not both make it. Any thread. Between processes the making itself has to bear being repeated, and does.
class accounts_in_making {
  public:
    /// The claim of one pass on some people; given back when it ends.
    class claim {
      public:
        claim(accounts_in_making& of, std::vector<core_communication::user_id> users);
        ~claim();
        claim(const claim&) = delete;
        claim& operator=(const claim&) = delete;

        /// Those of the people asked for that nobody else had.
        const std::vector<core_communication::user_id>& users() const { return users_; }

      private:
        accounts_in_making& of_;
        std::vector<core_communication::user_id> users_;
    };

    /// Blocks until none of these people is claimed, or the task is to stop. Call it without a claim of one's own.
    void wait_for(std::span<const core_communication::user_id> users, const core_communication::cancellation& stop);

  private:
    std::mutex mutex_;
    std::condition_variable ended_;
    std::set<core_communication::user_id> claimed_;
};

}  // namespace commhost::communication
