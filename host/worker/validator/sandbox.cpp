#include "worker/validator/sandbox.hpp"

#include "service/secret_blanker.hpp"
#include "worker/blanked_output.hpp"
#include "worker/limited_child.hpp"
#include "worker/validator/child.hpp"
#include "worker/validator/method.hpp"
#include "worker/validator/reporter.hpp"
#include "worker/validator/world.hpp"

#include <algorithm>
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

/// Of "create_chat_room (no-network)", as trial::call reports it. What goes wrong in the calm world goes wrong everywhere.
std::optional<left_out> call_under_way(const std::string& doing) {
    const auto open = doing.find(" (");
    if (open == std::string::npos || !doing.ends_with(')')) return std::nullopt;
    const auto where = world_of(doing.substr(open + 2, doing.size() - open - 3));
    const auto method = doing.substr(0, open);
    const bool is_method = std::any_of(every_method.begin(), every_method.end(),
                                       [&](validator::method each) { return to_string(each) == method; });
    if (!where || !is_method) return std::nullopt;
    return left_out{method, *where == world::calm ? "" : std::string(to_string(*where))};
}

}  // namespace

ran run_in_child(const test& which, const order& told, const plugin::sealed_library& library, int stop) {
    const std::array arguments{std::string(child_command)};
    const auto text = to_json(told);
    const blanked_output printed(most_output, told.settings.secrets);
    const auto child = run_limited("/proc/self/exe", arguments,
                                   {.time = told.time,
                                    .memory = most_memory,
                                    .output = printed.kept(),
                                    .report = most_report,
                                    .stop = stop,
                                    .flood = flood},
                                   {.text = text, .file = library.descriptor()});
    auto heard = told_by(child.report, told.secret);
    // The plugin may have written into all of it.
    const service::secret_blanker blank(told.settings.secrets);
    const auto doing = heard.doing.empty() ? std::string("-") : blank(heard.doing);
    ran result;
    auto& found = result.found;
    switch (child.end) {
        case child_end::stopped:
            result.was_stopped = true;
            found.skip("validate_stopped");
            break;
        case child_end::killed_for_processes:  // nothing is counted here
        case child_end::killed_at_limit:
            found.crash("validate_killed", {{"seconds", std::to_string(told.time.count())}, {"doing", doing}});
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
            else if (child.status == status_without_report)
                found.crash("validate_report_closed", {{"doing", doing}});
            else
                found.crash("validate_exited", {{"status", std::to_string(child.status)}, {"doing", doing}});
            break;
    }
    result.handed_on = std::move(heard.handed_on);
    result.begun_rooms = std::move(heard.begun_rooms);
    result.deleted_rooms = std::move(heard.deleted_rooms);
    if (!child.output.empty()) {
        if (which.judges_output) found.warn("validate_printed", {{"output", printed(child)}});
        if (found.what() == outcome::crashed) found.remark("validate_printed", {{"output", printed(child)}});
    }
    if (found.what() == outcome::crashed) {
        result.under_way = call_under_way(heard.doing);
        // Who has waited for it once does not want to wait for it in every world.
        if (result.under_way && child.end == child_end::killed_at_limit) result.under_way->world.clear();
    }
    return result;
}

}  // namespace commhost::worker::validator
