#pragma once

#include <core_communication/api.hpp>

#include <cstdint>
#include <string_view>

namespace core_communication::inline v1 {

/// How much a message matters.
enum class log_level : std::uint8_t {
    debug,    ///< For whoever looks for a fault; shown only when asked for.
    info,     ///< What was done.
    warning,  ///< Something is not as it should be, and the work goes on.
    error,    ///< Something could not be done.
};

/// Writes to the host's log; the host adds time, plugin, room and task. One sentence a message, no secrets, and what
/// concerns a single person at level debug only. Used on the thread that calls the provider.
class CORE_COMMUNICATION_API logger {
  public:
    virtual ~logger();

    /// Writes one message. [provider thread]
    virtual void log(log_level level, std::string_view message) = 0;
};

}  // namespace core_communication::inline v1
