#include "communication/site_processor.hpp"

#include <stdexcept>

namespace commhost::communication {

std::vector<core_communication::person>
site_processor::people(std::span<const core_communication::user_id> users) const {
    std::vector<core_communication::person> nobody;
    for (const auto user : users) nobody.push_back({user, {}, {}, {}, {}, {}, {}});
    return nobody;
}

std::vector<std::optional<std::string>>
site_processor::accounts(std::span<const core_communication::user_id> users) const {
    return std::vector<std::optional<std::string>>(users.size());
}

std::vector<std::optional<core_communication::user_id>>
site_processor::users(std::span<const std::string> accounts) const {
    return std::vector<std::optional<core_communication::user_id>>(accounts.size());
}

void site_processor::refuse() { throw std::logic_error("there is no room here: this processor is the site's"); }

}  // namespace commhost::communication
