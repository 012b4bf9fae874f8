#pragma once

#include <core_communication/api.hpp>

#include <cstdint>
#include <string_view>

namespace core_communication::inline v1 {

enum class log_level : std::uint8_t { debug, info, warning, error };

/// Writes to the host's log; the host adds time, plugin, room and task. One sentence a message, no secrets, and what
/// concerns a single person at level debug only. Used on the thread that calls the provider.
class CORE_COMMUNICATION_API logger {
  public:
    virtual ~logger();

    virtual void log(log_level level, std::string_view message) = 0;
};

}  // namespace core_communication::inline v1
