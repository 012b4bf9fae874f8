#pragma once

#include "rest_chat_provider.hpp"

#include <core_communication/account_standing_provider.hpp>
#include <core_communication/provider_error.hpp>

namespace fixture {

/// The same, which closes the accounts of people who have left.
class leavers_provider : public rest_chat_provider, public core_communication::account_standing_provider {
  public:
    std::string for_leavers() override { return "close"; }

    void update_accounts(std::span<const core_communication::account_standing> accounts) override {
        for (const auto& each : accounts) {
            try {
                if (each.has_left)
                    close(each.account);
                else if (!each.applied.empty())
                    open(each.account);
                done(each.user);
            } catch (const core_communication::provider_error& refused) {
                if (refused.kind() != core_communication::failure::rejected) throw;
                failed(each.user, refused);
            }
        }
    }

  protected:
    static std::string closed(const std::string& account) {
        return "/accounts/" + core_communication::percent_encode(account) + "/closed";
    }
    virtual void close(const std::string& account) const {
        if (!is_there(send(core_communication::http_method::get, closed(account))))
            require(send(core_communication::http_method::put, closed(account)));
    }
    virtual void open(const std::string& account) const {
        if (is_there(send(core_communication::http_method::get, closed(account))))
            require(send(core_communication::http_method::delete_, closed(account)));
    }
};

}  // namespace fixture
