#pragma once

#include "account_maker.hpp"

#include <core_communication/http_service.hpp>
#include <core_communication/provider_error.hpp>

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>

namespace communication_matrix {

/// Accounts that Synapse has itself: one request makes one, or brings it in line.
class synapse_accounts final : public account_maker {
  public:
    /// All must live longer.
    synapse_accounts(core_communication::processor& processor, client& server, const configuration& site);

    /// Throws provider_error (unauthorised) and makes none where Matrix Authentication Service has the accounts: Synapse would
    /// make one that nobody can sign in to (element-hq/synapse#18993).
    /// An address that the server does not take (400) costs nobody the account: it is tried once more without.
    void carry_out(std::span<const account_order> orders, const on_maker& tell, const on_done& done) override;
    bool is_told_by_homeserver_who_signs_in() const override { return true; }
    void find(std::span<const external_id> people, const on_account& found) override;
    bool is_as_made(const boost::json::object& account, const account_order& order) const override;
    void change(std::span<const closing_order> orders, const on_done& done) override;
    void erase(std::string_view account) override;

  private:
    struct refusal {
        std::size_t index = 0;
        core_communication::provider_error why;
    };
    using on_answer = std::function<void(std::size_t index, const core_communication::http_response& answer)>;

    /// Whether the homeserver has said within the last hour that it has its accounts itself.
    bool were_own_lately() const;
    void refuse_under_mas();

    /// Sends those of the orders; take is given what the server answers to each.
    void put(std::span<const account_order> orders, std::span<const std::size_t> which, bool with_address,
             const on_done& done, const on_answer& take);

    /// Tells of each refusal. Of a "rejected" one, which says that the person has no account, the server is asked first
    /// whether that is so; else it is "invalid".
    void tell(std::span<const account_order> orders, std::span<const refusal> refused, const on_done& done);

    core_communication::processor& processor_;
    client& server_;
    const configuration& site_;
};

/// By the homeserver itself, whoever makes its accounts: account_maker::change.
void change_at_homeserver(core_communication::processor& processor, const client& server,
                          std::span<const closing_order> orders, const account_maker::on_done& done);

/// "lock the account @ben:s", for a reason.
std::string doing(const closing_order& order);

}  // namespace communication_matrix
