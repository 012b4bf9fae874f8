#include "communication/accounts_in_making.hpp"

#include <algorithm>
#include <chrono>

namespace commhost::communication {

using core_communication::user_id;

accounts_in_making::claim::claim(accounts_in_making& of, std::vector<user_id> users)
    : of_(of), users_(std::move(users)) {
    const std::scoped_lock locked(of_.mutex_);
    std::erase_if(users_, [&](user_id user) { return !of_.claimed_.insert(user).second; });
}

accounts_in_making::claim::~claim() {
    {
        const std::scoped_lock locked(of_.mutex_);
        for (const auto user : users_) of_.claimed_.erase(user);
    }
    of_.ended_.notify_all();
}

void accounts_in_making::wait_for(std::span<const user_id> users, const core_communication::cancellation& stop) {
    // A cancellation cannot be waited for together with the others' end; it is looked at this often.
    constexpr std::chrono::milliseconds look{100};
    std::unique_lock locked(mutex_);
    const auto free = [&] {
        return std::none_of(users.begin(), users.end(), [&](user_id user) { return claimed_.contains(user); });
    };
    while (!ended_.wait_for(locked, look, free)) stop.throw_if_requested();
}

}  // namespace commhost::communication
