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
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !limit(RLIMIT_CORE, 0) || !limit(RLIMIT_NOFILE, 64) ||
        !limit(RLIMIT_FSIZE, rlim_t{1024} * 1024) || (limits.time != no_limit && !limit_processor_time(limits.time)) ||
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

bool limit_processor_time(std::chrono::milliseconds time) {
    return limit(RLIMIT_CPU, static_cast<rlim_t>(std::chrono::ceil<std::chrono::seconds>(time).count() + 1));
}

limited_child::limited_child(const std::filesystem::path& program, std::span<const std::string> arguments,
                             const child_limits& limits, const files& with, std::string_view input)
    : program_(program), mark_(make_mark()) {
    std::vector<std::string> words{program.string()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    auto variables = reduced_environment();
    variables.push_back(mark_);
    const auto word_pointers = pointers_to(words);
    const auto variable_pointers = pointers_to(variables);

    auto output = make_pipe(program);
    auto start = make_pipe(program);
    const auto entered = file_in_memory(program, input);
    const auto report = out_of_the_way(program, with.report);
    const auto given = with.given < 0 ? descriptor() : out_of_the_way(program, with.given);

    const pid_t parent = ::getpid();
    const pid_t process = ::fork();
    if (process < 0) fail(program, errno);
    if (process == 0) {
        const int error = become(program_.c_str(), word_pointers.data(), variable_pointers.data(), limits, parent,
                                 entered.number(), output.write.number(), report.number(), given.number());
        [[maybe_unused]] const auto written = ::write(start.write.number(), &error, sizeof error);
        ::_exit(127);
    }
    process_.emplace(process);
    output_ = std::move(output.read);
    start_ = std::move(start.read);
    if (process_->ended() < 0) fail(program, errno);
}

void limited_child::require_started() const {
    int error = 0;
    if (::read(start_.number(), &error, sizeof error) == static_cast<ssize_t>(sizeof error)) fail(program_, error);
}

void limited_child::end_strays() const { end_marked(mark_); }

child_result run_limited(const std::filesystem::path& program, std::span<const std::string> arguments,
                         const child_limits& limits, const child_input& input) {
    auto report = make_pipe(program);
    limited_child running(program, arguments, limits, {report.write.number(), input.file}, input.text);
    report.write.close();
    auto result = watch(running.process(), running.output(), report.read, limits);
    running.end_strays();
    running.require_started();
    return result;
}

}  // namespace commhost::worker
