#pragma once

#include "message/code.hpp"

#include <core_communication/provider_error.hpp>

namespace commhost::worker {

/// Whether an error is held against the task that ended with it (task::failure::counted). Outages, limits and refused rights
/// last as long as they last, and are not the task's fault; nor is a database that is away, full, damaged or gives way to others.
bool counts(core_communication::failure kind);
bool counts(message::code code);

/// Whether other rooms of the same provider would fare no better now (task::failure::outage): its server is away, or lets nobody in.
bool is_outage(core_communication::failure kind);

}  // namespace commhost::worker
