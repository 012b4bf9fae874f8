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
/// send it (client-server API, M_LIMIT_EXCEEDED). Not negative, at most a day. Empty where it does not say.
std::optional<std::chrono::milliseconds> wait_asked_for(const core_communication::http_response& answer,
                                                        std::chrono::system_clock::time_point now);

/// Whether it may be sent a second time when it is not known what became of the first.
bool may_repeat(const core_communication::http_request& request);

}  // namespace commhost::service
