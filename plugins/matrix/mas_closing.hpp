#pragma once

#include "account_maker.hpp"
#include "mas_client.hpp"
#include "mas_works.hpp"

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace communication_matrix {

/// Closes, opens and erases accounts that Matrix Authentication Service has. Suspending is the homeserver's, and so is every account that the
/// service does not know.
class mas_closing {
  public:
    /// All must live longer.
    mas_closing(core_communication::processor& processor, client& server, mas_client& service)
        : processor_(processor), server_(server), service_(service) {}

    /// As account_maker has them.
    void change(std::span<const closing_order> orders, const account_maker::on_done& done);
    /// Also one that the homeserver does not have yet. Of one that the service does not know, the homeserver itself is asked.
    void erase(std::string_view account);

  private:
    /// An account under way that is to be closed or opened.
    struct work {
        std::size_t index = 0;
        const closing_order* order = nullptr;
        std::string id{};                  ///< At the service.
        std::vector<std::string> steps{};  ///< What is still to be done to it, in this order.
    };
    using works = std::vector<work>;

    /// unknown: called for each that the service does not have, and that leaves the list.
    void look_up(works& list, const account_maker::on_done& done,
                 const std::function<void(std::size_t index)>& unknown);
    /// Whoever has no such step is done.
    void take_step(works& list, std::size_t step, const account_maker::on_done& done);

    core_communication::processor& processor_;
    client& server_;
    mas_client& service_;
};

}  // namespace communication_matrix
