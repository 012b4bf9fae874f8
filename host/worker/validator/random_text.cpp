#include "worker/validator/random_text.hpp"

#include <fmt/format.h>
#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>

namespace commhost::worker::validator {

std::string random_text() {
    std::array<std::uint32_t, 3> random{};
    if (::getrandom(random.data(), sizeof random, 0) != static_cast<ssize_t>(sizeof random))
        throw std::system_error(errno, std::generic_category());
    return fmt::format("{:08x}{:08x}{:08x}", random[0], random[1], random[2]);
}

}  // namespace commhost::worker::validator
