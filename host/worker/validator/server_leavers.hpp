#pragma once

#include "worker/validator/test.hpp"

namespace commhost::worker::validator {

/// What becomes on a real server of the account of somebody who has left, and is back.
void examine_server_leavers(stage& on, verdict& found);

}  // namespace commhost::worker::validator
