#pragma once

#include "communication/site_processor.hpp"
#include "directory/user.hpp"
#include "store/database.hpp"

#include <core_communication/account_standing_provider.hpp>
#include <core_communication/provider_error.hpp>

#include <map>
#include <optional>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace commhost::worker {

/// What a plugin is given where it sees to the accounts of people who have left (account_standing_provider): the site, and the people of
/// the call, of each of whom it says once whether it is done. One thread.
class leaver_processor final : public communication::site_processor {
  public:
    using user_id = core_communication::user_id;

    leaver_processor(const communication::room_services& services, store::database& database)
        : site_processor(services), database_(database) {}

    /// Before a call about these.
    void begin(std::span<const core_communication::account_standing> asked) {
        accounts_.clear();
        for (const auto& each : asked) accounts_.emplace(each.user, each.account);
        synced_.clear();
        failed_.clear();
    }

    const std::set<user_id>& synced() const { return synced_; }
    const std::map<user_id, core_communication::provider_error>& failed() const { return failed_; }

    std::vector<core_communication::person> people(std::span<const user_id> users) const override {
        return directory::people(*database_.borrow(), users);
    }
    std::vector<std::optional<std::string>> accounts(std::span<const user_id> users) const override {
        std::vector<std::optional<std::string>> found;
        for (const auto user : users) {
            const auto known = accounts_.find(user);
            found.push_back(known == accounts_.end() ? std::nullopt : std::optional(known->second));
        }
        return found;
    }
    void mark_users_as_synced(std::span<const user_id> users) override {
        for (const auto user : users) {
            take_verdict_on(user);
            synced_.insert(user);
        }
    }
    void mark_user_as_failed(user_id user, const core_communication::provider_error& reason) override {
        take_verdict_on(user);
        failed_.emplace(user, reason);
    }

  private:
    void take_verdict_on(user_id user) const {
        if (!accounts_.contains(user) || synced_.contains(user) || failed_.contains(user))
            throw std::logic_error("a verdict on a person who was not asked about, or had one already");
    }

    store::database& database_;
    std::map<user_id, std::string> accounts_;
    std::set<user_id> synced_;
    std::map<user_id, core_communication::provider_error> failed_;
};

}  // namespace commhost::worker
