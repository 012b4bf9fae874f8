#pragma once

#include "client.hpp"

#include <core_communication/diagnostic_provider.hpp>
#include <core_communication/processor.hpp>
#include <core_communication/repair_provider.hpp>

#include <boost/json/object.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace communication_matrix {

/// Looks whether the homeserver will do what this plugin needs, and sets right what it can: diagnostic_provider and
/// repair_provider for Matrix.
class doctor {
  public:
    /// All must live longer. patience: for how long at most accounts are compared; a host waits a minute for all that is looked at.
    doctor(core_communication::processor& processor, client& server, const configuration& site,
           std::chrono::seconds patience = std::chrono::seconds(40));

    /// Only reads.
    std::vector<core_communication::diagnosis> diagnose();

    /// Exemption from rate limits, where an admin's account has none.
    std::vector<core_communication::repair_offer>
    offer_repairs(std::span<const core_communication::diagnosis> found) const;
    core_communication::diagnosis repair(std::string_view id);

  private:
    using values = core_communication::strings::placeholders;

    /// Says what was found: the string diagnosis_<id>_<passed, skipped or failed>, and of a failure or warning
    /// diagnosis_<id>_advice.
    void say(std::string_view id, core_communication::diagnosis_outcome outcome, const values& with = {});

    /// Runs one check; an error in it is its outcome. Returns whether it passed.
    bool examine(std::string_view id, const std::function<core_communication::diagnosis_outcome(values& with)>& check);

    /// What is looked at once we know who we are.
    void examine_as_ourselves();

    core_communication::diagnosis_outcome examine_address(values& with);
    core_communication::diagnosis_outcome examine_versions(values& with);
    core_communication::diagnosis_outcome examine_clock(values& with);
    core_communication::diagnosis_outcome examine_token(values& with);
    core_communication::diagnosis_outcome examine_server_name(values& with);
    core_communication::diagnosis_outcome examine_admin_rights(values& with);
    core_communication::diagnosis_outcome examine_rate_limit(values& with);
    core_communication::diagnosis_outcome examine_room_version(values& with);

    // doctor_accounts.cpp
    core_communication::diagnosis_outcome examine_accounts(values& with);
    core_communication::diagnosis_outcome examine_split_accounts(values& with);

    // doctor_rooms.cpp

    /// A room that our account is in.
    struct seen_room {
        std::string id;
        std::int64_t level = 0;
        std::int64_t needed = 0;
        bool is_federated = true;
    };
    core_communication::diagnosis_outcome examine_encryption(values& with) const;
    core_communication::diagnosis_outcome examine_media(values& with);
    core_communication::diagnosis_outcome examine_room_power(values& with);
    core_communication::diagnosis_outcome examine_federation(values& with) const;
    core_communication::diagnosis_outcome examine_space(values& with);  // doctor_space.cpp
    seen_room look_at_room(const std::string& room);

    core_communication::processor& processor_;
    client& server_;
    const configuration& site_;
    std::chrono::seconds patience_;
    std::vector<core_communication::diagnosis> found_;
    core_communication::http_response versions_;
    std::string own_account_;
    std::vector<seen_room> rooms_;  ///< Those that were looked at.
};

/// The answer's object. Throws provider_error (failure_of).
boost::json::object object_or_throw(const core_communication::http_response& answer, std::string_view doing);

/// The seconds since 1970 of a Date header (RFC 9110, section 5.6.7, its preferred form); empty when it is none.
std::optional<std::chrono::sys_seconds> time_of(std::string_view date_header);

}  // namespace communication_matrix
