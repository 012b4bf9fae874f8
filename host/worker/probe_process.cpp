#include "worker/probe_process.hpp"

#include "plugin/codes.hpp"
#include "text/utf8.hpp"
#include "worker/limited_child.hpp"
#include "worker/probe.hpp"

#include <core_communication/provider_error.hpp>

#include <fmt/format.h>

#include <array>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <string>
#include <utility>

namespace commhost::worker {

namespace {

constexpr std::size_t most_report_bytes = std::size_t{64} * 1024;
constexpr std::size_t most_argument = 2000;

std::string signal_name(int signal) {
    const char* name = ::sigabbrev_np(signal);
    return name == nullptr ? fmt::format("signal {}", signal) : fmt::format("SIG{}", name);
}

/// For a message: what was printed, on one line and not too much of it.
std::string printed(const std::string& output) {
    constexpr std::size_t most_shown = 300;
    if (output.empty()) return "nothing";
    return fmt::format("'{}'", text::printable(output, most_shown));
}

plugin::probe_report refused(message::code why, message::arguments arguments, const std::string& output) {
    arguments.emplace_back("output", printed(output));
    plugin::probe_report report;
    report.refusal.emplace(why, std::move(arguments));
    report.output = output;
    return report;
}

}  // namespace

probe_process::probe_process(std::filesystem::path program, probe_limits limits)
    : program_(std::move(program)), limits_(limits) {}

plugin::probe_report probe_process::probe(const plugin::sealed_library& sealed) const {
    const std::array arguments{std::string(probe_command), sealed.file().string()};
    const auto child = run_limited(
        program_, arguments, {limits_.time, limits_.memory, limits_.output, most_report_bytes, stop_.descriptor()},
        {.text = {}, .file = sealed.descriptor()});
    const auto library = sealed.file().filename().string();
    switch (child.end) {
        case child_end::stopped: throw core_communication::task_cancelled();
        case child_end::killed_at_limit:
            return refused(plugin::PLUGIN_PROBE_TIMEOUT,
                           {{"library", library},
                            {"seconds", fmt::format("{:g}", static_cast<double>(limits_.time.count()) / 1000)}},
                           child.output);
        case child_end::signalled:
            return refused(plugin::PLUGIN_PROBE_CRASHED, {{"library", library}, {"signal", signal_name(child.status)}},
                           child.output);
        case child_end::exited: break;
    }
    if (child.status != 0 || child.report.empty())
        return refused(plugin::PLUGIN_PROBE_EXITED, {{"library", library}, {"status", std::to_string(child.status)}},
                       child.output);
    try {
        auto report = plugin::probe_report_of(child.report);
        // The plugin's code ran beside what wrote this and may have written it itself. It can say what it likes about itself, a worker
        // looks again; but it does not get at the terminal of whoever reads it.
        if (report.refusal)
            for (auto& [name, value] : report.refusal->arguments) value = text::printable(value, most_argument);
        report.output = child.output;
        return report;
    } catch (const std::invalid_argument& no_report) {  // the plugin wrote into the pipe: its fault, not ours
        return refused(plugin::PLUGIN_PROBE_REPORT, {{"library", library}, {"reason", std::string(no_report.what())}},
                       child.output);
    }
}

}  // namespace commhost::worker
