#include "worker/probe.hpp"

#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "plugin/loader.hpp"
#include "plugin/prober.hpp"
#include "text/descriptor.hpp"

#include <fcntl.h>
#include <unistd.h>

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

}  // namespace

int probe(const std::filesystem::path& library) {
    // Out of the way of a plugin that closes the low numbers, as programs do that make themselves daemons.
    constexpr int out_of_the_way = 40;
    const int kept = ::fcntl(report_descriptor, F_DUPFD_CLOEXEC, out_of_the_way);
    if (kept < 0) ::_exit(EXIT_FAILURE);
    ::close(report_descriptor);
    const auto found = report_on(library, text::descriptor(given_descriptor));
    // _exit: neither atexit nor the destructors of the plugin's static objects, whose order nobody knows, are to run.
    ::_exit(text::write_all(kept, plugin::to_json(found)) ? EXIT_FAILURE : EXIT_SUCCESS);
}

}  // namespace commhost::worker
