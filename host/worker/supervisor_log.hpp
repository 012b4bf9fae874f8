#pragma once

#include "message/error.hpp"
#include "service/log.hpp"

namespace commhost::worker {

/// Writes what an admin is to know into the service's log, with its code, as the supervisor's word.
inline void tell(service::log& log, core_communication::log_level level, const message::error& what) {
    log.write(level, {"supervisor", {}, {}}, what.what());
}

}  // namespace commhost::worker
