#pragma once

#include <core_communication/http_service.hpp>

#include <chrono>
#include <optional>
#include <string_view>

namespace commhost::service {

/// The value of the first header of that name (in lower case), or empty.
std::string_view header_of(const core_communication::http_response& answer, std::string_view name);

/// How long the server asks to wait: Retry-After in seconds or as a date (RFC 9110, section 10.2.3), taken from the
/// answer's own Date where it has one, because clocks differ; else retry_after_ms in a JSON body, as Matrix servers
/// send it (client-server API, M_LIMIT_EXCEEDED). Where both are there and the header is the body's time in whole seconds, which
/// Synapse rounds up (synapse/api/errors.py, LimitExceededError), it is the body's: many requests are told to wait for less
/// than a second. Where they contradict each other it is the header's, behind which a proxy may stand. Not negative, at most
/// a day. Empty where it does not say.
std::optional<std::chrono::milliseconds> wait_asked_for(const core_communication::http_response& answer,
                                                        std::chrono::system_clock::time_point now);

/// Whether it may be sent a second time when it is not known what became of the first.
bool may_repeat(const core_communication::http_request& request);

}  // namespace commhost::service
