#include "roster/last_read.hpp"

namespace commhost::roster {

std::optional<std::string> last_complete_read(store::connection& on, std::string_view source) {
    return on.scalar<std::string>("select digest from roster_read where source = :source", {{"source", source}});
}

void keep_complete_read(store::connection& on, std::string_view source, std::string_view digest,
                        store::milliseconds_utc at) {
    if (digest.empty()) {
        on.execute("delete from roster_read where source = :source", {{"source", source}});
        return;
    }
    on.execute("insert into roster_read (source, digest, at) values (:source, :digest, :at) "
               "on conflict (source) do update set digest = excluded.digest, at = excluded.at",
               {{"source", source}, {"digest", digest}, {"at", at}});
}

}  // namespace commhost::roster
