#include "worker/blame.hpp"

#include "store/codes.hpp"

namespace commhost::worker {

bool counts(core_communication::failure kind) {
    using core_communication::failure;
    return kind != failure::unavailable && kind != failure::rate_limited && kind != failure::unauthorised;
}

bool is_outage(core_communication::failure kind) {
    using core_communication::failure;
    return kind == failure::unavailable || kind == failure::unauthorised;
}

bool counts(message::code code) {
    return code != store::STORE_BUSY && code != store::STORE_OPEN && code != store::STORE_LOST &&
           code != store::STORE_FULL && code != store::STORE_READ_ONLY && code != store::STORE_DAMAGED;
}

}  // namespace commhost::worker
