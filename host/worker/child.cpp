#include "worker/child.hpp"

#include "message/error.hpp"
#include "worker/codes.hpp"
#include "worker/signals.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

namespace commhost::worker {

namespace {

std::string describe(int status) {
    if (WIFEXITED(status)) return "exited with status " + std::to_string(WEXITSTATUS(status));
    const int signal = WTERMSIG(status);
    return "killed by signal " + std::to_string(signal) + " (" + strsignal(signal) + ")";
}

constexpr std::size_t most_printed = std::size_t{64} * 1024;

/// Two ends of a pipe, which are closed in the end unless they were taken. Exec closes them too.
class pipe_ends {
  public:
    pipe_ends() : failed_(::pipe2(ends_.data(), O_CLOEXEC) == 0 ? 0 : errno) {}
    ~pipe_ends() {
        close_writing();
        if (ends_[0] >= 0) ::close(ends_[0]);
    }
    pipe_ends(const pipe_ends&) = delete;
    pipe_ends& operator=(const pipe_ends&) = delete;

    int error() const { return failed_; }
    int reading() const { return ends_[0]; }
    int writing() const { return ends_[1]; }
    int take_reading() { return std::exchange(ends_[0], -1); }
    void close_writing() {
        if (ends_[1] >= 0) ::close(std::exchange(ends_[1], -1));
    }

  private:
    std::array<int, 2> ends_{-1, -1};
    int failed_;
};

/// The child between fork and exec; only async-signal-safe calls. Returns what failed.
int become(char* const* arguments, pid_t parent, int no_input, int output) {
    // A worker must not go on alone: without its supervisor nobody gives its tasks back.
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return errno;
    if (getppid() != parent) _exit(1);
    unblock_all_signals();
    if (dup2(no_input, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0) return errno;
    execv(arguments[0], arguments);
    return errno;
}

/// What a pipe that never blocks holds now, and no more than so much.
std::string content_of(int pipe) {
    std::string content;
    std::array<char, 16384> piece{};
    while (content.size() < most_printed) {
        const auto count = ::read(pipe, piece.data(), piece.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        content.append(piece.data(), static_cast<std::size_t>(count));
    }
    return content;
}

}  // namespace

children::~children() {
    for (const auto& [process, output] : running_) ::kill(process, SIGKILL);
    for (const auto& [process, output] : running_) {
        ::waitpid(process, nullptr, 0);
        ::close(output);
    }
}

pid_t children::start(const std::vector<std::string>& command) {
    std::vector<std::string> words = command;
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);

    const auto refuse = [&](int reason) -> message::error {
        return message::error(WORKER_START, {{"program", command.front()}, {"reason", std::strerror(reason)}});
    };
    pipe_ends output;
    pipe_ends failure;  // what comes out of it before exec closes it is why exec failed
    if (output.error() != 0) throw refuse(output.error());
    if (failure.error() != 0) throw refuse(failure.error());
    if (::fcntl(output.reading(), F_SETFL, O_NONBLOCK) != 0) throw refuse(errno);
    const int no_input = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (no_input < 0) throw refuse(errno);
    const pid_t parent = ::getpid();
    const pid_t process = ::fork();
    if (process == 0) {
        const int reason = become(arguments.data(), parent, no_input, output.writing());
        if (::write(failure.writing(), &reason, sizeof reason) < 0) _exit(126);
        _exit(127);
    }
    const int fork_failed = errno;
    ::close(no_input);
    failure.close_writing();
    if (process < 0) throw refuse(fork_failed);
    int reason = 0;
    ssize_t got = 0;
    do {
        got = ::read(failure.reading(), &reason, sizeof reason);
    } while (got < 0 && errno == EINTR);
    if (got > 0) {
        ::waitpid(process, nullptr, 0);
        throw refuse(reason);
    }
    running_.emplace(process, output.take_reading());
    return process;
}

std::map<pid_t, std::string> children::take_output() {
    std::map<pid_t, std::string> printed;
    for (const auto& [process, output] : running_) {
        if (auto content = content_of(output); !content.empty()) printed.emplace(process, std::move(content));
    }
    return printed;
}

std::vector<ended_child> children::reap() {
    std::vector<ended_child> ended;
    std::erase_if(running_, [&](const auto& child) {
        const auto [process, output] = child;
        int status = 0;
        if (::waitpid(process, &status, WNOHANG) != process) return false;
        ended.push_back({process, WIFEXITED(status) ? WEXITSTATUS(status) : -1, describe(status), content_of(output)});
        ::close(output);
        return true;
    });
    return ended;
}

void children::ask_to_stop(pid_t process) { ::kill(process, SIGTERM); }

void children::ask_to_finish(pid_t process) { ::kill(process, SIGUSR2); }

void children::kill(pid_t process) { ::kill(process, SIGKILL); }

}  // namespace commhost::worker
