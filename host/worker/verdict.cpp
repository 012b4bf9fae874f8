#include "worker/verdict.hpp"

namespace commhost::worker {

verdict judge(const worker_end& end) {
    if (end.before == asked::to_end) return verdict::in_order;
    // A worker that was asked before it could listen, and had not begun.
    const bool asked_early = end.before == asked::to_finish && end.signal == signal_to_finish;
    if (end.held > 0) return verdict::crashed;
    if (asked_early || end.exit_status == worker_in_order) return verdict::in_order;
    if (end.exit_status == worker_cannot_begin) {
        // The plugin that changed is the one that the worker found no more; the next worker begins with the new one.
        return end.before == asked::to_finish ? verdict::in_order : verdict::cannot_begin;
    }
    return verdict::crashed;
}

}  // namespace commhost::worker
