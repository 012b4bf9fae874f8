#pragma once

#include "account_maker.hpp"
#include "client.hpp"

#include <core_communication/account_standing_provider.hpp>
#include <core_communication/processor.hpp>

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace communication_matrix {

/// The accounts of people who have left, as the setting leavers has it, and of those who are back: account_standing_provider for Matrix.
class leavers {
  public:
    /// All must live longer.
    leavers(core_communication::processor& processor, client& server, const configuration& site);

    std::string setting() const { return site_.leavers; }

    /// Looks each account up, changes those that are to be changed, and gives the address again to those that are active again and have none.
    /// Our own account and the second one, a server admin's, one of another server and one that somebody else has closed are never closed (conflict).
    void update(std::span<const core_communication::account_standing> accounts);

  private:
    /// An account under way: looked up, and there.
    struct work {
        const core_communication::account_standing* of = nullptr;
        boost::json::object looked{};
    };
    using works = std::vector<work>;

    works look_up(std::span<const core_communication::account_standing> accounts);
    /// Has those done for whom order gives one; whoever is refused is marked, and taken out of the list.
    void change(works& list, const std::function<std::optional<closing_order>(const work& of)>& order);
    /// Deactivating an account takes its addresses from it.
    void give_addresses(const works& list);

    core_communication::processor& processor_;
    client& server_;
    const configuration& site_;
    std::unique_ptr<account_maker> maker_;
};

}  // namespace communication_matrix
