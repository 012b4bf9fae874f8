#include "cli/actor.hpp"

#include "roster/audit_fields.hpp"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <utility>

namespace commhost::cli {

namespace {

std::optional<uid_t> session_user() {
    std::ifstream file("/proc/self/loginuid");
    std::uint32_t number = 0;
    // The largest number means that nobody logged in: a service, a container.
    if (file >> number && number != std::numeric_limits<std::uint32_t>::max()) return number;
    return std::nullopt;
}

void record(store::connection& within, audit::subject about, const char* action, const before_and_after& what,
            const audit::origin& by, store::milliseconds_utc now) {
    audit::entry made{by, std::move(about), action};
    if (what.before) made.before = boost::json::serialize(*what.before);
    if (what.after) made.after = boost::json::serialize(*what.after);
    audit::record(within, made, now);
}

}  // namespace

std::string login() {
    const auto session = session_user();
    // Only root's word for it counts: anybody else may say what they like.
    if (const char* const caller = std::getenv("SUDO_USER");
        !session && ::getuid() == 0 && caller != nullptr && *caller != 0)
        return caller;
    const auto user = session.value_or(::getuid());
    std::array<char, 4096> memory{};
    struct passwd entry {};
    struct passwd* found = nullptr;
    if (::getpwuid_r(user, &entry, memory.data(), memory.size(), &found) != 0 || found == nullptr)
        return std::to_string(user);
    return found->pw_name;
}

before_and_after before_and_after::between(boost::json::object before, boost::json::object after) {
    roster::keep_what_differs(before, after);
    return {std::move(before), std::move(after)};
}

audit::origin by_admin(std::string reason) { return {"admin:" + login(), "command", std::move(reason)}; }

void record_plugin(store::connection& within, const std::string& name, const char* action,
                   store::milliseconds_utc now) {
    audit::subject about{audit::subject_kind::plugin};
    about.name = name;
    record(within, std::move(about), action, {}, by_admin(), now);
}

void record_room(store::connection& within, const communication::room& of, const char* action,
                 const before_and_after& what, const std::string& reason, store::milliseconds_utc now) {
    audit::subject about{audit::subject_kind::room};
    about.room = of.id;
    about.instance = static_cast<std::int64_t>(of.instance);
    about.name = of.provider;
    record(within, std::move(about), action, what, by_admin(reason), now);
}

void record_source(store::connection& within, const std::string& source, const char* action, const audit::origin& by,
                   store::milliseconds_utc now) {
    audit::subject about{audit::subject_kind::roster};
    about.name = source;
    record(within, std::move(about), action, {}, by, now);
}

void record_instance(store::connection& within, directory::instance_id of, const char* action,
                     const before_and_after& what, store::milliseconds_utc now) {
    audit::subject about{audit::subject_kind::instance};
    about.instance = static_cast<std::int64_t>(of);
    record(within, std::move(about), action, what, by_admin(), now);
}

void record_membership(store::connection& within, directory::instance_id of, core_communication::user_id person,
                       const char* action, const before_and_after& what, store::milliseconds_utc now) {
    audit::subject about{audit::subject_kind::membership};
    about.instance = static_cast<std::int64_t>(of);
    about.user = person;
    record(within, std::move(about), action, what, by_admin(), now);
}

}  // namespace commhost::cli
