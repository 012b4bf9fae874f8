#include "worker/child.hpp"

#include "message/error.hpp"
#include "worker/codes.hpp"
#include "worker/signals.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

namespace commhost::worker {

namespace {

std::string describe(int status) {
    if (WIFEXITED(status)) return "exited with status " + std::to_string(WEXITSTATUS(status));
    const int signal = WTERMSIG(status);
    return "killed by signal " + std::to_string(signal) + " (" + strsignal(signal) + ")";
}

/// The child between fork and exec; only async-signal-safe calls. Returns what failed.
int become(char* const* arguments, pid_t parent, int no_input) {
    // A worker must not go on alone: without its supervisor nobody gives its tasks back.
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return errno;
    if (getppid() != parent) _exit(1);
    unblock_all_signals();
    if (dup2(no_input, STDIN_FILENO) < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0) return errno;
    execv(arguments[0], arguments);
    return errno;
}

}  // namespace

children::~children() {
    for (const auto process : running_) ::kill(process, SIGKILL);
    for (const auto process : running_) ::waitpid(process, nullptr, 0);
}

pid_t children::start(const std::vector<std::string>& command) {
    std::vector<std::string> words = command;
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);

    const auto refuse = [&](int reason) -> message::error {
        return message::error(WORKER_START, {{"program", command.front()}, {"reason", std::strerror(reason)}});
    };
    const int no_input = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (no_input < 0) throw refuse(errno);
    // Exec closes the pipe; what comes out of it before that is why exec failed.
    int failure[2];
    if (::pipe2(failure, O_CLOEXEC) != 0) {
        const int reason = errno;
        ::close(no_input);
        throw refuse(reason);
    }
    const pid_t parent = ::getpid();
    const pid_t process = ::fork();
    if (process == 0) {
        const int reason = become(arguments.data(), parent, no_input);
        if (::write(failure[1], &reason, sizeof reason) < 0) _exit(126);
        _exit(127);
    }
    const int fork_failed = errno;
    ::close(no_input);
    ::close(failure[1]);
    if (process < 0) {
        ::close(failure[0]);
        throw refuse(fork_failed);
    }
    int reason = 0;
    const auto got = ::read(failure[0], &reason, sizeof reason);
    ::close(failure[0]);
    if (got > 0) {
        ::waitpid(process, nullptr, 0);
        throw refuse(reason);
    }
    running_.push_back(process);
    return process;
}

std::vector<ended_child> children::reap() {
    std::vector<ended_child> ended;
    std::erase_if(running_, [&](pid_t process) {
        int status = 0;
        if (::waitpid(process, &status, WNOHANG) != process) return false;
        ended.push_back({process, WIFEXITED(status) ? WEXITSTATUS(status) : -1, describe(status)});
        return true;
    });
    return ended;
}

void children::ask_to_stop(pid_t process) { ::kill(process, SIGTERM); }

void children::kill(pid_t process) { ::kill(process, SIGKILL); }

}  // namespace commhost::worker
