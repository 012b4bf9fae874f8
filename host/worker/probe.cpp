#include "worker/probe.hpp"

#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "plugin/loader.hpp"
#include "plugin/prober.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace commhost::worker {

namespace {

plugin::probe_report report_on(const std::filesystem::path& library, text::descriptor content) {
    plugin::probe_report report;
    try {
        const plugin::loaded_plugin loaded(library, std::move(content));
        report.capabilities = loaded.create().can().list();
    } catch (const message::error& found) {
        report.refusal.emplace(found);
    } catch (const std::exception& thrown) {
        report.refusal.emplace(plugin::PLUGIN_LOAD, message::arguments{{"library", library.filename().string()},
                                                                       {"reason", std::string(thrown.what())}});
    }
    return report;
}

/// Returns whether all of it was written.
bool write_all(int to, std::string_view text) {
    while (!text.empty()) {
        const auto count = ::write(to, text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

}  // namespace

int probe(const std::filesystem::path& library) {
    // Out of the way of a plugin that closes the low numbers, as programs do that make themselves daemons.
    constexpr int out_of_the_way = 40;
    const int kept = ::fcntl(report_descriptor, F_DUPFD_CLOEXEC, out_of_the_way);
    if (kept < 0) ::_exit(EXIT_FAILURE);
    ::close(report_descriptor);
    const auto found = report_on(library, text::descriptor(given_descriptor));
    // _exit: neither atexit nor the destructors of the plugin's static objects, whose order nobody knows, are to run.
    ::_exit(write_all(kept, plugin::to_json(found)) ? EXIT_SUCCESS : EXIT_FAILURE);
}

}  // namespace commhost::worker
