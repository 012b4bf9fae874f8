#include "worker/limited_child.hpp"

#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "text/descriptor.hpp"
#include "text/utf8.hpp"
#include "worker/stray_processes.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define COMMHOST_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define COMMHOST_SANITIZED 1
#endif
#endif

namespace commhost::worker {

namespace {

#if defined(COMMHOST_SANITIZED)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

using clock = std::chrono::steady_clock;
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

/// What a plugin may know of our environment: where programs and libraries are and which language to speak. Nothing of
/// commhost's own, which may hold secrets, nor of systemd's.
std::vector<std::string> reduced_environment() {
    constexpr std::array kept{"PATH", "LD_LIBRARY_PATH", "LANG",         "LC_ALL",       "LC_MESSAGES", "LANGUAGE",
                              "TZ",   "ASAN_OPTIONS",    "TSAN_OPTIONS", "UBSAN_OPTIONS"};
    std::vector<std::string> variables;
    for (const auto* name : kept)
        if (const char* value = std::getenv(name)) variables.push_back(std::string(name) + "=" + value);
    return variables;
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
        (!sanitized && !limit(RLIMIT_AS, limits.memory)))
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

/// Takes what is left in a pipe into which nobody writes any more: up to its end, or until as much is kept as is wanted.
void take_rest(const descriptor& from, std::string& into, std::size_t most) {
    for (auto before = into.size(); text::read_some(from.number(), into, most) && into.size() > before;)
        before = into.size();
}

/// What a foreign program printed, fit to be stored and for the terminal of whoever reads it.
std::string visible(std::string printed) {
    while (printed.ends_with('\n')) printed.pop_back();
    std::istringstream lines(printed);
    std::string shown;
    for (std::string line; std::getline(lines, line);)
        shown += (shown.empty() ? "" : "\n") + text::printable(line, line.size());
    return shown;
}

/// A running child, which the destructor ends.
class child {
  public:
    // The system call itself: glibc 2.36 declares pidfd_open() without extern "C".
    explicit child(pid_t process) : process_(process), ended_(static_cast<int>(::syscall(SYS_pidfd_open, process, 0))) {
        ::setpgid(process, process);  // the child does so too; whoever comes first
    }
    ~child() {
        if (process_ > 0) reap();
    }
    child(const child&) = delete;
    child& operator=(const child&) = delete;

    /// Readable once it has ended.
    int ended() const { return ended_.number(); }

    /// Its whole group goes, and it is waited for. The group is killed before the number is free for another process.
    siginfo_t reap() {
        if (!has_ended()) ::kill(process_, SIGKILL);
        siginfo_t end{};
        while (::waitid(P_PID, static_cast<id_t>(process_), &end, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
        }
        ::kill(-process_, SIGKILL);
        while (::waitid(P_PID, static_cast<id_t>(process_), &end, WEXITED) != 0 && errno == EINTR) {
        }
        process_ = -1;
        return end;
    }

    bool has_ended() const {
        struct pollfd poll {
            ended(), POLLIN, 0
        };
        return ::poll(&poll, 1, 0) == 1;
    }

  private:
    pid_t process_;
    descriptor ended_;
};

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
    child running(process);
    output.write.close();
    report.write.close();
    start.write.close();
    if (running.ended() < 0) fail(program, errno);

    child_result result;
    const auto deadline = clock::now() + limits.time;
    bool output_open = true;
    bool report_open = true;
    while (!running.has_ended()) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock::now());
        if (left.count() <= 0) {
            result.end = child_end::killed_at_limit;
            break;
        }
        std::array<struct pollfd, 4> polls{{{running.ended(), POLLIN, 0},
                                            {output_open ? output.read.number() : -1, POLLIN, 0},
                                            {report_open ? report.read.number() : -1, POLLIN, 0},
                                            {limits.stop, POLLIN, 0}}};
        ::poll(polls.data(), polls.size(), static_cast<int>(left.count()));
        if (polls[1].revents != 0) output_open = text::read_some(output.read.number(), result.output, limits.output);
        if (polls[2].revents != 0) report_open = text::read_some(report.read.number(), result.report, limits.report);
        if (polls[3].revents != 0) {
            result.end = child_end::stopped;
            break;
        }
    }
    const auto end = running.reap();
    end_marked(mark);

    int error = 0;
    if (::read(start.read.number(), &error, sizeof error) == static_cast<ssize_t>(sizeof error)) fail(program, error);
    take_rest(output.read, result.output, limits.output);
    take_rest(report.read, result.report, limits.report);
    result.output = visible(std::move(result.output));
    if (result.end == child_end::exited) {
        result.end = end.si_code == CLD_EXITED ? child_end::exited : child_end::signalled;
        result.status = end.si_status;
    }
    return result;
}

}  // namespace commhost::worker
