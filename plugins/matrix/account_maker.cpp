#include "account_maker.hpp"

#include "mas_accounts.hpp"
#include "synapse_accounts.hpp"

namespace communication_matrix {

account_maker::~account_maker() = default;

std::string_view field_of(closing what) {
    switch (what) {
        case closing::lock: return "locked";
        case closing::suspend: return "suspended";
        case closing::deactivate: return "deactivated";
    }
    return "";
}

std::unique_ptr<account_maker> account_maker_for(core_communication::processor& processor, client& server,
                                                 const configuration& site) {
    if (site.mas.is_set()) return std::make_unique<mas_accounts>(processor, server, site);
    return std::make_unique<synapse_accounts>(processor, server, site);
}

core_communication::provider_error closed_by_others(const closing_order& order) {
    return {core_communication::failure::conflict,
            order.account + " was closed by somebody else, who may open it again"};
}

}  // namespace communication_matrix
