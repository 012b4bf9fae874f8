#include "cli/login.hpp"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

namespace commhost::cli {

std::string login_name() {
    if (const char* const behind_sudo = std::getenv("SUDO_USER"); ::geteuid() == 0 && behind_sudo != nullptr)
        return behind_sudo;
    std::array<char, 4096> memory{};
    struct passwd entry {};
    struct passwd* found = nullptr;
    if (::getpwuid_r(::geteuid(), &entry, memory.data(), memory.size(), &found) == 0 && found != nullptr)
        return found->pw_name;
    return std::to_string(::geteuid());
}

}  // namespace commhost::cli
