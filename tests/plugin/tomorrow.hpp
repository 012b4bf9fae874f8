#pragma once

#include <core_communication/api.hpp>

#include <string>

/// What a later release of the SDK may bring: interfaces beside those of today, as the headers say that it grows.
namespace tomorrow {

/// A capability that today's host does not know.
class CORE_COMMUNICATION_API poll_provider {
  public:
    virtual ~poll_provider() = default;
    virtual std::string open_poll(const std::string& question) = 0;
};

/// A service that today's processor is not.
class CORE_COMMUNICATION_API calendar_service {
  public:
    virtual ~calendar_service() = default;
    virtual std::string next_lesson() const = 0;
};

}  // namespace tomorrow
