#pragma once

#include "store/connection.hpp"

#include <atomic>
#include <cstdint>
#include <thread>

namespace commhost::test {

/// Within a transaction of holder: waits until another one waits for a lock that it has, or is done without. On SQLite, where one
/// writer waits for the other without that it can be seen, it returns at once.
inline void until_waited_for(store::connection& holder, const std::atomic<bool>& done) {
    if (holder.dialect() == store::dialect::sqlite) return;
    while (!done && holder.scalar<std::int64_t>("select count(*) from pg_locks where not granted "
                                                "and pg_backend_pid() = any(pg_blocking_pids(pid))") == 0)
        std::this_thread::yield();
}

/// From here on in the transaction, on PostgreSQL: whoever would have to wait for another one is refused.
inline void wait_for_nobody(store::connection& within) {
    if (within.dialect() == store::dialect::postgresql) within.execute("set local lock_timeout = 1");
}

}  // namespace commhost::test
