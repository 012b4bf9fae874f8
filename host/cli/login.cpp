#include "cli/login.hpp"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <optional>

namespace commhost::cli {

namespace {

std::optional<uid_t> session_user() {
    std::ifstream file("/proc/self/loginuid");
    std::uint32_t number = 0;
    // The largest number means that nobody logged in: a service, a container.
    if (file >> number && number != std::numeric_limits<std::uint32_t>::max()) return number;
    return std::nullopt;
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

}  // namespace commhost::cli
