#include "communication/room_accounts.hpp"

#include "communication/accounts.hpp"
#include "communication/members.hpp"
#include "directory/user.hpp"

#include <utility>

namespace commhost::communication {

using core_communication::user_id;

room_accounts::room_accounts(const room& of, core_communication::user_provider& provider, room_processor& processor,
                             accounts_in_making& in_making, const batches& calls)
    : of_(of), provider_(provider), processor_(processor), in_making_(in_making), calls_(calls) {
    for (const auto& each : processor.wanted_members()) wanted_.insert(each.user);
}

std::size_t room_accounts::make_missing() {
    const auto without = missing();
    auto made = make(without);
    // The others' people are theirs to make; those who then still have none were refused, or their maker failed. Where
    // several passes have waited for the same person each tries in its turn, so that each room knows the reason.
    for (auto left = left_by_others(without); !left.empty(); left = left_by_others(without)) {
        in_making_.wait_for(left, processor_.cancellation());
        made += make(left_by_others(without));
    }
    return made;
}

std::size_t room_accounts::update() {
    const auto shown = made_accounts(*processor_.database().borrow(), of_.id, of_.provider);
    std::vector<user_id> users;
    for (const auto& [user, profile] : shown) users.push_back(user);
    std::vector<user_id> changed;
    for (const auto& [user, profile] : directory::profiles(*processor_.database().borrow(), users)) {
        if (shown.at(user) != profile) changed.push_back(user);
    }
    const accounts_in_making::claim mine(in_making_, std::move(changed));
    return create(mine.users(), step::update_accounts);
}

/// Returns how many were done.
std::size_t room_accounts::create(std::span<const user_id> users, step kind) {
    return users.size() - calls_.call(users, batches::most_people, kind,
                                      [&](std::span<const user_id> some) { provider_.create_members(some); });
}

std::size_t room_accounts::make(std::vector<user_id> users) {
    const accounts_in_making::claim mine(in_making_, std::move(users));
    tried_.insert(mine.users().begin(), mine.users().end());
    return create(mine.users(), step::create_members);
}

std::vector<user_id> room_accounts::missing() const {
    std::vector<user_id> without;
    for (const auto& each : known_members(*processor_.database().borrow(), of_.id, of_.provider)) {
        if (!each.has_account && wanted_.contains(each.user)) without.push_back(each.user);
    }
    return without;
}

std::vector<user_id> room_accounts::left_by_others(std::span<const user_id> without) const {
    if (tried_.size() == without.size()) return {};
    auto left = missing();
    std::erase_if(left, [&](user_id user) { return tried_.contains(user); });
    return left;
}

}  // namespace commhost::communication
