#include "worker/crash_trace.hpp"

#include "message/catalogue.hpp"
#include "worker/sanitizer.hpp"

#include <cxxabi.h>
#include <execinfo.h>
#include <re2/re2.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <memory>

namespace commhost::worker {

namespace {

constexpr std::array faults{SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};

/// Of the tracing itself: who crashes may hold what it needs, as the loader's lock, and is not to stand still for that.
constexpr unsigned most_seconds = 10;

/// Made while there was no fault.
std::string& heading() {
    static std::string text;
    return text;
}

extern "C" void print_trace(int signal) {
    std::signal(SIGALRM, SIG_DFL);
    sigset_t alarm_only;
    sigemptyset(&alarm_only);
    sigaddset(&alarm_only, SIGALRM);
    pthread_sigmask(SIG_UNBLOCK, &alarm_only, nullptr);
    ::alarm(most_seconds);
    std::array<void*, 64> calls{};
    const int depth = ::backtrace(calls.data(), static_cast<int>(calls.size()));
    if (::write(STDOUT_FILENO, heading().data(), heading().size()) >= 0)
        ::backtrace_symbols_fd(calls.data(), depth, STDOUT_FILENO);
    ::raise(signal);  // its own handler is in place again
}

}  // namespace

void print_crash_traces() {
    if (is_sanitized) return;
    heading() = message::phrase("crash_trace") + "\n";
    std::array<void*, 1> any{};
    ::backtrace(any.data(), 1);  // the first call loads a library
    struct sigaction action {};
    action.sa_handler = &print_trace;
    action.sa_flags = SA_ONSTACK | static_cast<int>(SA_RESETHAND) | SA_NODEFER;
    for (const int fault : faults) ::sigaction(fault, &action, nullptr);
}

crash_stack::crash_stack() {
    stack_t stack{};
    stack.ss_sp = memory_.data();
    stack.ss_size = memory_.size();
    ::sigaltstack(&stack, nullptr);
}

crash_stack::~crash_stack() {
    stack_t none{};
    none.ss_flags = SS_DISABLE;
    ::sigaltstack(&none, nullptr);
}

std::string readable_frame(std::string_view line, std::string_view library) {
    // What backtrace_symbols_fd(3) prints.
    static const re2::RE2 frame(R"((/[^()]*)\(([^()+]*)(\+0x[0-9a-f]+)?\) ?\[(0x[0-9a-f]+)\])");
    static const re2::RE2 descriptor(R"(/proc/(?:self|\d+)/fd/\d+)");
    std::string file;
    std::string name;
    std::string offset;
    std::string address;
    if (!re2::RE2::FullMatch(line, frame, &file, &name, &offset, &address)) return std::string(line);
    if (re2::RE2::FullMatch(file, descriptor)) file = library;
    int failed = 0;
    const std::unique_ptr<char, decltype(&std::free)> plain(
        abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &failed), &std::free);
    return file + "(" + (failed == 0 && plain ? plain.get() : name) + offset + ")";
}

}  // namespace commhost::worker
