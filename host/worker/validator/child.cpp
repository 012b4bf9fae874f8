#include "worker/validator/child.hpp"

#include "message/error.hpp"
#include "text/descriptor.hpp"
#include "worker/limited_child.hpp"
#include "worker/validator/network_guard.hpp"
#include "worker/validator/order.hpp"
#include "worker/validator/reporter.hpp"
#include "worker/validator/stage.hpp"
#include "worker/validator/test.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace commhost::worker::validator {

namespace {

/// The order, which nobody reads again: the plugin finds nothing there.
order read_order() {
    const std::string told(std::istreambuf_iterator<char>(std::cin), {});
    const text::descriptor nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (nothing.number() < 0 || ::dup2(nothing.number(), 0) < 0)
        throw std::system_error(errno, std::generic_category(), "/dev/null");
    return order_of(told);
}

/// on: where the plugin goes.
verdict judge(reporter& to, order todo, std::optional<stage>& on) {
    verdict found;
    try {
        found = verdict(service::secret_blanker(todo.settings.secrets));
        const auto* test = find_test(todo.test);
        const bool has_network = test->needs_server || test->opens_sockets || !forbid_network();
        on.emplace(std::move(todo), text::descriptor(given_descriptor), to, has_network);
        test->in_child(*on, found);
    } catch (const message::error& failed) {  // the plugin cannot be loaded, or is no more what it was
        found.fail("validate_problem", {{"code", std::string(failed.code().id())}, {"text", failed.text()}});
    } catch (const std::exception& failed) {  // the test itself; the validator goes on with the others
        found.fail("validate_gave_up", {{"reason", failed.what()}});
    }
    return found;
}

}  // namespace

void run_child() {
    // Whom the plugin starts stays a descendant of this process, whatever becomes of his parent.
    ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    // Both last until the process ends, so that nothing is destroyed but what a test destroys.
    std::optional<reporter> to;
    std::optional<stage> on;
    try {
        to.emplace();
        auto todo = read_order();
        const auto secret = std::exchange(todo.secret, {});
        const auto found = judge(*to, std::move(todo), on);
        to->say(found, secret);
    } catch (const std::exception&) {  // there is nobody left to tell
        ::_exit(on ? status_without_report : EXIT_FAILURE);
    }
    // What the plugin printed is to be seen, which _exit would leave in the buffers.
    std::cout.flush();
    std::fflush(nullptr);
    // _exit: no destructor of the plugin's static objects is to run.
    ::_exit(EXIT_SUCCESS);
}

}  // namespace commhost::worker::validator
