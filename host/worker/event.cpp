#include "worker/event.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

namespace commhost::worker {

event::event() : descriptor_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (!descriptor_) throw std::system_error(errno, std::generic_category(), "eventfd");
}

void event::signal() const {
    const std::uint64_t once = 1;
    // Fails but for a signal only where the counter is full, and then it is readable anyway.
    while (::write(descriptor(), &once, sizeof once) < 0 && errno == EINTR) {
    }
}

void event::clear() const {
    std::uint64_t times = 0;
    // Fails but for a signal only where there is nothing to clear.
    while (::read(descriptor(), &times, sizeof times) < 0 && errno == EINTR) {
    }
}

bool event::is_signalled() const {
    struct pollfd asked {
        descriptor(), POLLIN, 0
    };
    return ::poll(&asked, 1, 0) > 0;
}

}  // namespace commhost::worker
