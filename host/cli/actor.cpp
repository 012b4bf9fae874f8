#include "cli/actor.hpp"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <fstream>
#include <limits>
#include <utility>

namespace commhost::cli {

namespace {

uid_t session_user() {
    std::ifstream file("/proc/self/loginuid");
    std::uint32_t number = 0;
    // The largest number means that nobody logged in: a service, a container.
    if (file >> number && number != std::numeric_limits<std::uint32_t>::max()) return number;
    return ::getuid();
}

}  // namespace

audit::origin by_admin(std::string reason) {
    const auto user = session_user();
    std::array<char, 4096> memory{};
    struct passwd entry {};
    struct passwd* found = nullptr;
    const bool named = ::getpwuid_r(user, &entry, memory.data(), memory.size(), &found) == 0 && found != nullptr;
    return {"admin:" + (named ? std::string(found->pw_name) : std::to_string(user)), "command", std::move(reason)};
}

void record_plugin(store::connection& within, const std::string& name, const char* action,
                   store::milliseconds_utc now) {
    audit::subject about{audit::subject_kind::plugin};
    about.name = name;
    audit::record(within, {by_admin(), about, action}, now);
}

}  // namespace commhost::cli
