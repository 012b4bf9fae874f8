#pragma once

#include "client.hpp"

#include <core_communication/diagnostic_provider.hpp>
#include <core_communication/processor.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace communication_matrix {

/// Looks whether the homeserver will do what this plugin needs: diagnostic_provider for Matrix. Only reads.
class doctor {
  public:
    /// All must live longer.
    doctor(core_communication::processor& processor, client& server, const configuration& site);

    std::vector<core_communication::diagnosis> diagnose();

  private:
    using values = core_communication::strings::placeholders;

    /// Says what was found: the string diagnosis_<id>_<passed, skipped or failed>, and of a failure or warning
    /// diagnosis_<id>_advice.
    void say(std::string_view id, core_communication::diagnosis_outcome outcome, const values& with = {});

    /// Runs one check; an error in it is its outcome. Returns whether it passed.
    template <typename Check>
    bool examine(std::string_view id, Check check);

    core_communication::diagnosis_outcome examine_address(values& with);
    core_communication::diagnosis_outcome examine_versions(values& with);
    core_communication::diagnosis_outcome examine_clock(values& with);
    core_communication::diagnosis_outcome examine_forced_encryption(values& with);
    core_communication::diagnosis_outcome examine_token(values& with);
    core_communication::diagnosis_outcome examine_server_name(values& with);
    core_communication::diagnosis_outcome examine_admin_rights(values& with);
    core_communication::diagnosis_outcome examine_rate_limit(values& with);
    core_communication::diagnosis_outcome examine_room_version(values& with);

    core_communication::processor& processor_;
    client& server_;
    const configuration& site_;
    std::vector<core_communication::diagnosis> found_;
    core_communication::http_response versions_;
    std::string own_account_;
};

/// The seconds since 1970 of a Date header (RFC 9110, section 5.6.7, its preferred form); empty when it is none.
std::optional<std::chrono::sys_seconds> time_of(std::string_view date_header);

}  // namespace communication_matrix
