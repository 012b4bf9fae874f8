#pragma once

#include "communication/accounts.hpp"
#include "communication/erasure.hpp"
#include "communication/person_record.hpp"
#include "directory/user.hpp"
#include "task/listing.hpp"
#include "world.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace commhost::test {

inline void forget(store::connection& on, core_communication::user_id person, const std::string& account) {
    communication::forget_accounts(on, std::array{communication::account_of{person, "fake", account}});
}

/// A school from which ada is to be erased, and with her the account "@ada"; eve stays.
struct school : world {
    school() {
        enrol({{"ada", core_communication::room_role::member}, {"eve", core_communication::room_role::member}});
        reconcile();
        ada = directory::find_user(*database->borrow(), "ada").value().id;
    }

    std::size_t begin() {
        return database->transact(
            [&](store::connection& on) { return communication::begin_erasure(on, ada, clock.now()); });
    }
    std::size_t advance() {
        return database->transact(
            [&](store::connection& on) { return communication::advance_erasures(on, clock.now()); });
    }
    bool asked_provider() {
        const std::array keys{communication::erase_task("fake", ada).key};
        return !task::those_there(*database->borrow(), keys).empty();
    }
    void forget_account() {
        database->transact([&](store::connection& on) { forget(on, ada, "@ada"); });
    }

    /// Another account of ada's in the place of the one she has.
    void give(const std::string& account,
              core_communication::account_origin origin = core_communication::account_origin::made) {
        database->transact([&](store::connection& on) {
            communication::record_accounts(on, "fake", {{ada, {account, origin}}});
        });
    }
    std::vector<std::string> accounts() {
        std::vector<std::string> found;
        for (const auto& each : communication::accounts_with(*database->borrow(), ada))
            found.push_back(each.account + (each.made ? " made" : " found") + (each.former ? ", former" : ""));
        return found;
    }

    core_communication::user_id ada{};
};

}  // namespace commhost::test
