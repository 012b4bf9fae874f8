#include "cli/actor.hpp"

#include "cli/login.hpp"

#include <cstdint>
#include <utility>

namespace commhost::cli {

audit::origin by_admin(std::string reason) { return {"admin:" + login(), "command", std::move(reason)}; }

void record_plugin(store::connection& within, const std::string& name, const char* action,
                   store::milliseconds_utc now) {
    audit::subject about{audit::subject_kind::plugin};
    about.name = name;
    audit::record(within, {by_admin(), about, action}, now);
}

void record_room(store::connection& within, const communication::room& of, const char* action,
                 const std::string& reason, store::milliseconds_utc now) {
    audit::subject about{audit::subject_kind::room};
    about.room = of.id;
    about.instance = static_cast<std::int64_t>(of.instance);
    about.name = of.provider;
    audit::record(within, {by_admin(reason), about, action}, now);
}

void record_source(store::connection& within, const std::string& source, const char* action, const audit::origin& by,
                   store::milliseconds_utc now) {
    audit::subject about{audit::subject_kind::roster};
    about.name = source;
    audit::record(within, {by, about, action}, now);
}

void record_instance(store::connection& within, directory::instance_id of, const char* action,
                     store::milliseconds_utc now) {
    audit::subject about{audit::subject_kind::instance};
    about.instance = static_cast<std::int64_t>(of);
    audit::record(within, {by_admin(), about, action}, now);
}

void record_membership(store::connection& within, directory::instance_id of, core_communication::user_id person,
                       const char* action, store::milliseconds_utc now) {
    audit::subject about{audit::subject_kind::membership};
    about.instance = static_cast<std::int64_t>(of);
    about.user = person;
    audit::record(within, {by_admin(), about, action}, now);
}

}  // namespace commhost::cli
