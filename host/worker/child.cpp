#include "worker/child.hpp"

#include "message/error.hpp"
#include "worker/codes.hpp"
#include "worker/signals.hpp"
#include "worker/verdict.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>
#include <system_error>
#include <utility>

namespace commhost::worker {

namespace {

std::string describe(int status) {
    if (WIFEXITED(status)) return message::phrase("process_exited", {{"status", std::to_string(WEXITSTATUS(status))}});
    const int signal = WTERMSIG(status);
    return message::phrase("process_killed", {{"number", std::to_string(signal)}, {"name", strsignal(signal)}});
}

/// The child between fork and exec; only async-signal-safe calls. Returns what failed.
int become(char* const* arguments, pid_t parent, int no_input, int output, int worked) {
    // A worker must not go on alone: without its supervisor nobody gives its tasks back.
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return errno;
    if (getppid() != parent) _exit(1);
    // A core file would hold the plugin's secrets, and lie where others may read it.
    constexpr struct rlimit none {};
    if (setrlimit(RLIMIT_CORE, &none) != 0) return errno;
    unblock_all_signals();
    if (dup2(no_input, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0) return errno;
    if (worked == work_descriptor ? fcntl(worked, F_SETFD, 0) < 0 : dup2(worked, work_descriptor) < 0) return errno;
    execv(arguments[0], arguments);
    return errno;
}

std::string content_of(int pipe) {
    std::string content;
    text::read_some(pipe, content);
    return content;
}

}  // namespace

children::~children() {
    for (const auto& [process, child] : running_) ::kill(process, SIGKILL);
    for (const auto& [process, child] : running_) ::waitpid(process, nullptr, 0);
}

pid_t children::start(const std::vector<std::string>& command) {
    std::vector<std::string> words = command;
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);

    const auto refuse = [&](int reason) -> message::error {
        return message::error(WORKER_START, {{"program", command.front()}, {"reason", std::strerror(reason)}});
    };
    auto output = text::make_pipe();
    auto failure = text::make_pipe();  // what comes out of it before exec closes it is why exec failed
    if (!output || !failure || ::fcntl(output->read.number(), F_SETFL, O_NONBLOCK) != 0) throw refuse(errno);
    // Not where the child puts work_descriptor.
    failure->write = text::descriptor(::fcntl(failure->write.number(), F_DUPFD_CLOEXEC, work_descriptor + 1));
    if (!failure->write) throw refuse(errno);
    const text::descriptor no_input(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!no_input) throw refuse(errno);
    std::optional<event> worked;
    try {
        worked.emplace();
    } catch (const std::system_error& failed) {
        throw refuse(failed.code().value());
    }
    const pid_t parent = ::getpid();
    const pid_t process = ::fork();
    if (process == 0) {
        const int reason =
            become(arguments.data(), parent, no_input.number(), output->write.number(), worked->descriptor());
        if (::write(failure->write.number(), &reason, sizeof reason) < 0) _exit(126);
        _exit(127);
    }
    if (process < 0) throw refuse(errno);
    failure->write.close();
    int reason = 0;
    ssize_t got = 0;
    do {
        got = ::read(failure->read.number(), &reason, sizeof reason);
    } while (got < 0 && errno == EINTR);
    if (got > 0) {
        ::waitpid(process, nullptr, 0);
        throw refuse(reason);
    }
    running_.emplace(process, child{std::move(output->read), std::move(*worked)});
    return process;
}

std::map<pid_t, std::string> children::take_output() {
    std::map<pid_t, std::string> printed;
    for (const auto& [process, child] : running_) {
        if (auto content = content_of(child.output.number()); !content.empty())
            printed.emplace(process, std::move(content));
    }
    return printed;
}

std::vector<ended_child> children::reap() {
    std::vector<ended_child> ended;
    std::erase_if(running_, [&](const auto& each) {
        const auto& [process, child] = each;
        int status = 0;
        const auto found = ::waitpid(process, &status, WNOHANG);
        const bool gone_unseen = found < 0 && errno == ECHILD;
        if (found != process && !gone_unseen) return false;
        auto& added = ended.emplace_back();
        added.process = process;
        if (!gone_unseen && WIFEXITED(status)) added.exit_status = WEXITSTATUS(status);
        if (!gone_unseen && WIFSIGNALED(status)) added.signal = WTERMSIG(status);
        added.how = gone_unseen ? message::phrase("process_ended_unseen") : describe(status);
        added.printed = content_of(child.output.number());
        added.did_work = child.worked.is_signalled();
        return true;
    });
    return ended;
}

void children::ask_to_stop(pid_t process) { ::kill(process, SIGTERM); }

void children::ask_to_finish(pid_t process) { ::kill(process, signal_to_finish); }

void children::kill(pid_t process) { ::kill(process, SIGKILL); }

}  // namespace commhost::worker
