#include "roster/absence.hpp"

namespace commhost::roster {

std::optional<directory::absence> missed_again(const directory::absence& before, const absence_rules& rules,
                                               store::milliseconds_utc now, bool same_read) {
    const bool counted = same_read && before.reads > 0;
    const directory::absence next{counted ? before.reads : before.reads + 1, before.since.value_or(now)};
    const bool often = rules.after_reads && next.reads >= *rules.after_reads;
    const bool long_ago = rules.after && now - *next.since >= rules.after->count();
    if (often || long_ago) return std::nullopt;
    return next;
}

}  // namespace commhost::roster
