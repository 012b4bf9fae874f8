#include "worker/validator/sandbox.hpp"

#include "worker/limited_child.hpp"
#include "worker/validator/child.hpp"
#include "worker/validator/reporter.hpp"

#include <array>
#include <csignal>
#include <cstring>
#include <string>
#include <utility>

namespace commhost::worker::validator {

namespace {

constexpr std::uint64_t most_memory = std::uint64_t{1} << 30U;
constexpr std::size_t most_output = 4096;
constexpr std::size_t most_report = std::size_t{4} << 20U;
constexpr std::size_t flood = std::size_t{1} << 20U;  ///< Bytes that it may print until it is killed.

std::string signal_name(int signal) {
    const char* name = ::sigabbrev_np(signal);
    return name == nullptr ? std::to_string(signal) : std::string("SIG") + name;
}

}  // namespace

verdict run_in_child(const test& which, const order& told, const plugin::sealed_library& library,
                     std::chrono::seconds time) {
    const std::array arguments{std::string(child_command)};
    const auto text = to_json(told);
    const auto child =
        run_limited("/proc/self/exe", arguments,
                    {.time = time, .memory = most_memory, .output = most_output, .report = most_report, .flood = flood},
                    {.text = text, .file = library.descriptor()});
    auto heard = told_by(child.report);
    const auto doing = heard.doing.empty() ? std::string("-") : heard.doing;
    verdict found;
    switch (child.end) {
        case child_end::stopped:
        case child_end::killed_for_processes:  // nothing is counted here
        case child_end::killed_at_limit:
            found.crash("validate_killed", {{"seconds", std::to_string(time.count())}, {"doing", doing}});
            break;
        case child_end::killed_for_output:
            found.crash("validate_flood", {{"bytes", std::to_string(flood)}, {"doing", doing}});
            break;
        case child_end::signalled:
            found.crash("validate_signal", {{"signal", signal_name(child.status)}, {"doing", doing}});
            break;
        case child_end::exited:
            if (heard.is_whole)
                found = std::move(heard.verdict);
            else
                found.crash("validate_exited", {{"status", std::to_string(child.status)}, {"doing", doing}});
            break;
    }
    if (!child.output.empty()) {
        if (which.judges_output) found.warn("validate_printed", {{"output", child.output}});
        if (found.what() == outcome::crashed) found.remark("validate_printed", {{"output", child.output}});
    }
    return found;
}

}  // namespace commhost::worker::validator
