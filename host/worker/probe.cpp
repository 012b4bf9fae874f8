#include "worker/probe.hpp"

#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "plugin/loader.hpp"
#include "plugin/prober.hpp"
#include "text/descriptor.hpp"
#include "worker/limited_child.hpp"
#include "worker/probe_channel.hpp"
#include "worker/stray_processes.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace commhost::worker {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_report_bytes = std::size_t{64} * 1024;

/// Out of the way of a plugin that closes the low numbers, as programs do that make themselves daemons.
constexpr int kept_descriptor = 40;

/// The threads of this process. The folder that tells them is open from the start, so that a plugin which uses up all
/// descriptors is counted all the same.
class own_threads {
  public:
    own_threads() {
        const text::descriptor low(::open("/proc/self/task", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (low) folder_.reset(::fdopendir(::fcntl(low.number(), F_DUPFD_CLOEXEC, kept_descriptor)));
    }

    /// Nothing where the folder is not there any more. Without /proc there are none, before and after.
    std::optional<std::ptrdiff_t> count() {
        if (!folder_) return 0;
        ::rewinddir(folder_.get());
        std::ptrdiff_t found = 0;
        for (errno = 0; const auto* entry = ::readdir(folder_.get());)
            if (entry->d_name[0] != '.') ++found;
        return errno == 0 ? std::optional(found) : std::nullopt;
    }

  private:
    struct closing {
        void operator()(DIR* folder) const { ::closedir(folder); }
    };
    std::unique_ptr<DIR, closing> folder_;
};

/// What a plugin must leave as it is.
struct belongings {
    struct open_file {
        dev_t device = 0;
        ino_t number = 0;
        bool operator==(const open_file&) const = default;
    };
    std::array<std::optional<open_file>, 3> standard;  ///< Input, output, errors.
    std::optional<std::ptrdiff_t> threads;

    static belongings now(own_threads& of) {
        belongings have;
        for (int number = 0; number < 3; ++number) {
            struct stat status {};
            if (::fstat(number, &status) == 0)
                have.standard[static_cast<std::size_t>(number)] = {status.st_dev, status.st_ino};
        }
        have.threads = of.count();
        return have;
    }
};

plugin::probe_report report_on(const fs::path& library, text::descriptor content) {
    plugin::probe_report report;
    const message::arguments about{{"library", library.filename().string()}};
    try {
        own_threads threads;
        const auto before = belongings::now(threads);
        {
            const plugin::loaded_plugin loaded(library, std::move(content));
            report.capabilities = loaded.create().can().list();
        }
        const auto after = belongings::now(threads);
        if (after.standard != before.standard || !after.threads)
            report.refusal.emplace(plugin::PLUGIN_PROBE_DESCRIPTORS, about);
        else if (after.threads > before.threads)
            report.refusal.emplace(plugin::PLUGIN_PROBE_THREADS, about);
    } catch (const message::error& found) {
        report.refusal.emplace(found);
    } catch (const std::exception& thrown) {
        report.refusal.emplace(plugin::PLUGIN_LOAD, message::arguments{{"library", library.filename().string()},
                                                                       {"reason", std::string(thrown.what())}});
    }
    if (report.refusal) report.capabilities.clear();
    return report;
}

/// What the copy does. It has no more than its standard descriptors, the pipe for its report and the plugin.
[[noreturn]] void look(const probe_order& order, pid_t parent, const text::descriptor& library,
                       const text::descriptor& output, const text::descriptor& report) {
    // An input of its own: what is open in two processes has one position and can be changed for both.
    const text::descriptor input(::memfd_create("commhost", MFD_CLOEXEC));
    if (::setpgid(0, 0) != 0 || ::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || ::getppid() != parent ||
        !limit_processor_time(order.time) || ::prctl(PR_SET_DUMPABLE, 1) != 0 || ::dup2(input.number(), 0) < 0 ||
        ::dup2(output.number(), 1) < 0 || ::dup2(output.number(), 2) < 0 ||
        ::dup2(report.number(), kept_descriptor) < 0 || ::dup2(library.number(), given_descriptor) < 0 ||
        ::fcntl(kept_descriptor, F_SETFD, FD_CLOEXEC) != 0 || ::close(report_descriptor) != 0 ||
        ::close_range(given_descriptor + 1, kept_descriptor - 1, 0) != 0 ||
        ::close_range(kept_descriptor + 1, ~0U, 0) != 0)
        ::_exit(EXIT_FAILURE);
    const auto found = report_on(order.library, text::descriptor(given_descriptor));
    // _exit: neither atexit nor the destructors of the plugin's static objects, whose order nobody knows, are to run.
    ::_exit(text::write_all(kept_descriptor, plugin::to_json(found)) ? report_lost : EXIT_SUCCESS);
}

/// Nothing where the system does not let us; then nothing can be said of the plugin.
std::optional<probe_outcome> carry_out(const probe_order& order, text::descriptor library) {
    auto output = text::make_pipe();
    auto report = text::make_pipe();
    if (!output || !report || ::fcntl(output->read.number(), F_SETFL, O_NONBLOCK) != 0 ||
        ::fcntl(report->read.number(), F_SETFL, O_NONBLOCK) != 0)
        return std::nullopt;
    const auto self = ::getpid();
    const auto copy = ::fork();
    if (copy < 0) return std::nullopt;
    if (copy == 0) look(order, self, library, output->write, report->write);
    probe_outcome outcome;
    {
        watched_child running(copy);
        library.close();
        output->write.close();
        report->write.close();
        if (running.ended() < 0) return std::nullopt;
        child_limits limits{order.time, 0, order.output, most_report_bytes};
        limits.flood = order.flood;
        limits.processes = most_probe_processes;
        outcome.child = watch(running, output->read, report->read, limits);
    }
    const auto left = end_children();
    if (!left) return std::nullopt;
    outcome.left_processes = *left;
    return outcome;
}

}  // namespace

int serve_probes() {
    // Whatever a plugin starts comes to this process when it has lost its parent. What is in its memory is nobody's whom the
    // system can keep from it: the outcomes of other plugins pass through it.
    if (::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0 || ::prctl(PR_SET_DUMPABLE, 0) != 0) return EXIT_FAILURE;
    while (auto next = receive_order(report_descriptor)) {
        const auto outcome = carry_out(next->first, std::move(next->second));
        if (!outcome || !send_line(report_descriptor, to_json(*outcome))) return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}

}  // namespace commhost::worker
