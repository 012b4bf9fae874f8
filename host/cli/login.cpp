#include "cli/login.hpp"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

namespace commhost::cli {

std::string login() {
    const auto user = ::getuid();
    // Only root's word for it counts: anybody else may say what they like.
    if (const char* caller = std::getenv("SUDO_USER"); user == 0 && caller != nullptr && *caller != 0) return caller;
    std::array<char, 4096> memory{};
    struct passwd entry {};
    struct passwd* found = nullptr;
    if (::getpwuid_r(user, &entry, memory.data(), memory.size(), &found) != 0 || found == nullptr)
        return std::to_string(user);
    return found->pw_name;
}

}  // namespace commhost::cli
