#pragma once

#include "service/http_client.hpp"
#include "service/http_schedule.hpp"

namespace commhost::service {

/// The limits of a worker's schedule.
http_schedule::limits limits_for(const http_settings& settings);

}  // namespace commhost::service
