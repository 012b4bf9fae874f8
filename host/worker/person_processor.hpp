#pragma once

#include "communication/site_processor.hpp"

#include <core_communication/identity.hpp>

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace commhost::worker {

/// What a plugin is given where it is asked about a person (privacy_provider): the site, and one account of that person.
class person_processor final : public communication::site_processor {
  public:
    person_processor(const communication::room_services& services, core_communication::user_id person,
                     std::string account)
        : site_processor(services), person_(person), account_(std::move(account)) {}

    std::vector<std::optional<std::string>>
    accounts(std::span<const core_communication::user_id> users) const override {
        std::vector<std::optional<std::string>> found;
        for (const auto user : users) found.push_back(user == person_ ? std::optional(account_) : std::nullopt);
        return found;
    }

  private:
    core_communication::user_id person_;
    std::string account_;
};

}  // namespace commhost::worker
