#include "worker/probe_process.hpp"

#include "message/catalogue.hpp"
#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "text/utf8.hpp"

#include <core_communication/provider_error.hpp>

#include <fmt/format.h>

#include <csignal>
#include <cstring>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace commhost::worker {

namespace {

constexpr std::size_t most_argument = 2000;

/// For a message: what was printed, on one line and not too much of it.
std::string printed(const std::string& output) {
    constexpr std::size_t most_shown = 300;
    if (output.empty()) return message::phrase("probe_printed_nothing");
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

std::filesystem::path probe_program() {
    std::error_code unknown;  // then it is said of this name that it cannot be started
    return std::filesystem::read_symlink("/proc/self/exe", unknown).replace_filename("commhost-probe");
}

probe_process::probe_process(std::filesystem::path program, probe_limits limits)
    : program_(std::move(program)), limits_(limits) {}

plugin::probe_report probe_process::probe(const plugin::sealed_library& sealed) const {
    const auto library = sealed.file().filename().string();
    auto server = idle_.take();
    const bool served_others = server != nullptr;
    if (!server) server = std::make_unique<probe_server>(program_, limits_.memory);
    auto answer = ask(*server, sealed);
    // One that has served others may have its death from them: only a new one's is this plugin's fault.
    if (answer.report.empty() && served_others) {
        server = std::make_unique<probe_server>(program_, limits_.memory);
        answer = ask(*server, sealed);
    }
    if (answer.end != child_end::exited)
        return refused(plugin::PLUGIN_PROBE_WATCHER,
                       {{"library", library},
                        {"signal", signal_name(answer.end == child_end::signalled ? answer.status : SIGSTOP)}},
                       answer.output);
    if (answer.status != 0)
        throw message::error(plugin::PROBE_START,
                             {{"program", program_.string()},
                              {"reason", message::phrase("probe_ended", {{"status", std::to_string(answer.status)}})}});
    try {
        auto report = judge(outcome_of(answer.report), library);
        if (!report.refusal) idle_.give_back(std::move(server));
        return report;
    } catch (const std::invalid_argument& no_report) {  // the plugin wrote into the pipe: its fault, not ours
        return refused(plugin::PLUGIN_PROBE_REPORT, {{"library", library}, {"reason", std::string(no_report.what())}},
                       answer.output);
    }
}

child_result probe_process::ask(probe_server& server, const plugin::sealed_library& about) const {
    auto answer =
        server.ask({about.file(), limits_.time, limits_.output, limits_.flood}, about.descriptor(), stop_.descriptor());
    if (answer.end == child_end::stopped) throw core_communication::task_cancelled();
    return answer;
}

plugin::probe_report probe_process::judge(const probe_outcome& outcome, const std::string& library) const {
    const auto& child = outcome.child;
    switch (child.end) {
        case child_end::stopped: throw std::invalid_argument("probe outcome: nobody stopped it");
        case child_end::killed_at_limit:
            return refused(plugin::PLUGIN_PROBE_TIMEOUT,
                           {{"library", library},
                            {"seconds", fmt::format("{:g}", static_cast<double>(limits_.time.count()) / 1000)}},
                           child.output);
        case child_end::killed_for_output:
            return refused(plugin::PLUGIN_PROBE_FLOOD,
                           {{"library", library}, {"most", fmt::format("{} KiB", limits_.flood / 1024)}}, child.output);
        case child_end::killed_for_processes:
            return refused(plugin::PLUGIN_PROBE_FORKS,
                           {{"library", library}, {"most", std::to_string(most_probe_processes)}}, child.output);
        case child_end::signalled:
            return refused(plugin::PLUGIN_PROBE_CRASHED, {{"library", library}, {"signal", signal_name(child.status)}},
                           child.output);
        case child_end::exited: break;
    }
    if (child.status == report_lost && child.report.empty())
        return refused(plugin::PLUGIN_PROBE_DESCRIPTORS, {{"library", library}}, child.output);
    if (child.status != 0 || child.report.empty())
        return refused(plugin::PLUGIN_PROBE_EXITED, {{"library", library}, {"status", std::to_string(child.status)}},
                       child.output);
    auto report = plugin::probe_report_of(child.report);
    // The plugin's code ran beside what wrote this and may have written it itself. It can say what it likes about itself, a worker
    // looks again; but it does not get at the terminal of whoever reads it.
    if (report.refusal)
        for (auto& [name, value] : report.refusal->arguments) value = text::printable(value, most_argument);
    else if (outcome.left_processes)
        return refused(plugin::PLUGIN_PROBE_PROCESSES, {{"library", library}}, child.output);
    report.output = child.output;
    return report;
}

}  // namespace commhost::worker
