#include "worker/version.hpp"

namespace commhost::worker {

plugin::host_version own_version() { return plugin::parse_host_version(COMMHOST_VERSION).value(); }

}  // namespace commhost::worker
