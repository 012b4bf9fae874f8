#include "worker/limited_child.hpp"

#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "text/descriptor.hpp"
#include "worker/reduced_environment.hpp"
#include "worker/sanitizer.hpp"
#include "worker/stray_processes.hpp"
#include "worker/watched_child.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

namespace commhost::worker {

namespace {

using text::descriptor;

[[noreturn]] void fail(const std::filesystem::path& program, int error) {
    throw message::error(plugin::PROBE_START, {{"program", program.string()}, {"reason", std::strerror(error)}});
}

/// A duplicate that does not lie where a child wants its own descriptors.
descriptor out_of_the_way(const std::filesystem::path& program, int number) {
    descriptor high(::fcntl(number, F_DUPFD_CLOEXEC, 10));
    if (high.number() < 0) fail(program, errno);
    return high;
}

text::pipe_ends make_pipe(const std::filesystem::path& program) {
    auto made = text::make_pipe();
    if (!made || ::fcntl(made->read.number(), F_SETFL, O_NONBLOCK) != 0) fail(program, errno);
    made->write = out_of_the_way(program, made->write.number());
    return std::move(*made);
}

/// The input as a file that has no name, so that nobody has to write it while the child reads.
descriptor file_in_memory(const std::filesystem::path& program, std::string_view input) {
    descriptor file(::memfd_create("commhost", MFD_CLOEXEC));
    if (file.number() < 0) fail(program, errno);
    if (const auto failed = text::write_all(file.number(), input)) fail(program, failed.value());
    if (::lseek(file.number(), 0, SEEK_SET) != 0) fail(program, errno);
    return file;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (auto& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

/// Returns whether it is so. What was limited further already stays so.
bool limit(__rlimit_resource_t resource, rlim_t amount) {
    struct rlimit both {};
    if (::getrlimit(resource, &both) != 0) return false;
    both.rlim_max = std::min(both.rlim_max, amount);
    both.rlim_cur = both.rlim_max;
    return ::setrlimit(resource, &both) == 0;
}

/// The child between fork and exec, where nothing may be called that takes a lock: another thread of the parent may have
/// held it. Returns the error: foreign code never runs without its limits.
int become(const char* program, char* const* arguments, char* const* variables, const child_limits& limits,
           pid_t parent, int input, int output, int report, int given) {
    if (::setpgid(0, 0) != 0 || ::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return errno;
    if (::getppid() != parent) return ESRCH;  // it died before the line above
    const auto seconds = static_cast<rlim_t>(std::chrono::ceil<std::chrono::seconds>(limits.time).count() + 1);
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !limit(RLIMIT_CORE, 0) || !limit(RLIMIT_NOFILE, 64) ||
        !limit(RLIMIT_FSIZE, rlim_t{1024} * 1024) || !limit(RLIMIT_CPU, seconds) ||
        (!is_sanitized && !limit(RLIMIT_AS, limits.memory)))
        return errno;

    for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    if (::chdir("/") != 0 || ::dup2(input, 0) < 0 || ::dup2(output, 1) < 0 || ::dup2(output, 2) < 0 ||
        ::dup2(report, report_descriptor) < 0 || (given >= 0 && ::dup2(given, given_descriptor) < 0))
        return errno;
    const int last_kept = given >= 0 ? given_descriptor : report_descriptor;
    if (::close_range(static_cast<unsigned>(last_kept) + 1, ~0U, CLOSE_RANGE_CLOEXEC) != 0) return errno;
    ::execve(program, arguments, variables);
    return errno;
}

}  // namespace

child_result run_limited(const std::filesystem::path& program, std::span<const std::string> arguments,
                         const child_limits& limits, const child_input& input) {
    std::vector<std::string> words{program.string()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    const auto mark = make_mark();
    auto variables = reduced_environment();
    variables.push_back(mark);
    const auto word_pointers = pointers_to(words);
    const auto variable_pointers = pointers_to(variables);

    auto output = make_pipe(program);
    auto report = make_pipe(program);
    auto start = make_pipe(program);  // closed by exec, or holding its error
    const auto given = file_in_memory(program, input.text);

    const auto file = input.file < 0 ? descriptor() : out_of_the_way(program, input.file);

    const pid_t parent = ::getpid();
    const pid_t process = ::fork();
    if (process < 0) fail(program, errno);
    if (process == 0) {
        const int error = become(program.c_str(), word_pointers.data(), variable_pointers.data(), limits, parent,
                                 given.number(), output.write.number(), report.write.number(), file.number());
        [[maybe_unused]] const auto written = ::write(start.write.number(), &error, sizeof error);
        ::_exit(127);
    }
    watched_child running(process);
    output.write.close();
    report.write.close();
    start.write.close();
    if (running.ended() < 0) fail(program, errno);
    auto result = watch(running, output.read, report.read, limits);
    // Whoever ends what he leaves has done so when he came to his own end.
    if (input.strays == stray_search::always || result.end != child_end::exited || result.status != 0) end_marked(mark);

    int error = 0;
    if (::read(start.read.number(), &error, sizeof error) == static_cast<ssize_t>(sizeof error)) fail(program, error);
    return result;
}

}  // namespace commhost::worker
