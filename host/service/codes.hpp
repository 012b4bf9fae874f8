#pragma once

#include "message/code.hpp"

namespace commhost::service {

inline constexpr message::code SERVICE_ADDRESS{"SERVICE_ADDRESS"};
inline constexpr message::code SERVICE_CA_FILE{"SERVICE_CA_FILE"};
inline constexpr message::code SERVICE_HTTP_START{"SERVICE_HTTP_START"};
inline constexpr message::code SERVICE_LOG_FORMAT{"SERVICE_LOG_FORMAT"};
inline constexpr message::code SERVICE_LOG_LEVEL{"SERVICE_LOG_LEVEL"};

}  // namespace commhost::service
