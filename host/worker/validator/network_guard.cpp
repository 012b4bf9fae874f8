#include "worker/validator/network_guard.hpp"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <ucontext.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>

namespace commhost::worker::validator {

namespace {

#if defined(__x86_64__)
constexpr unsigned machine = AUDIT_ARCH_X86_64;
void answer_with(ucontext_t& interrupted, int error) { interrupted.uc_mcontext.gregs[REG_RAX] = -error; }
#elif defined(__aarch64__)
constexpr unsigned machine = AUDIT_ARCH_AARCH64;
void answer_with(ucontext_t& interrupted, int error) {
    interrupted.uc_mcontext.regs[0] = static_cast<unsigned long long>(-static_cast<long long>(error));
}
#else
constexpr unsigned machine = 0;
void answer_with(ucontext_t& /*interrupted*/, int /*error*/) {}
#endif

/// A signal handler can be given nothing else.
std::atomic<std::size_t> refused = 0;
static_assert(std::atomic<std::size_t>::is_always_lock_free);

void on_refused(int /*signal*/, siginfo_t* /*why*/, void* context) {
    ++refused;
    answer_with(*static_cast<ucontext_t*>(context), EACCES);
}

}  // namespace

bool forbid_network() {
    if constexpr (machine == 0) return false;
    struct sigaction action {};
    action.sa_sigaction = on_refused;
    action.sa_flags = SA_SIGINFO;
    if (::sigaction(SIGSYS, &action, nullptr) != 0) return false;
    // Linux, Documentation/userspace-api/seccomp_filter.rst. The domain is socket()'s first argument; both machines have its
    // low half first.
    std::array filter{
        sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
        sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, machine, 0, 5),
        sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_socket, 0, 3),
        sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args)),
        sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_INET, 2, 0),
        sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_INET6, 1, 0),
        sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
    };
    const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
    return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

std::size_t sockets_refused() { return refused; }

}  // namespace commhost::worker::validator
