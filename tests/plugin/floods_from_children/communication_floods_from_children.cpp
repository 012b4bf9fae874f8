// Several processes print without end, so that the pipe is never empty; for each that ends there is another one, for a while.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

#include <fcntl.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <vector>

namespace fixture::floods_from_children {

struct fault {
    fault() {
        constexpr int at_once = 8;
        ::fcntl(1, F_SETPIPE_SZ, 1 << 20);  // so that it holds something whenever it is read
        for (int number = 0; number < 4 * at_once; ++number) {
            if (number >= at_once) ::wait(nullptr);  // one was ended, by the limit on its processor time
            if (::fork() == 0) print();
        }
        while (::wait(nullptr) > 0) {
        }
        std::_Exit(0);
    }

    [[noreturn]] static void print() {
        // Without copying, which takes less time than to read it.
        std::vector<char> lines(1 << 20, 'x');
        const iovec all{lines.data(), lines.size()};
        while (::vmsplice(1, &all, 1, 0) > 0) {
        }
        std::_Exit(1);
    }
};

const fault at_load;

class communication_feature final : public bare_provider {};

}  // namespace fixture::floods_from_children

COMMUNICATION_FEATURE(fixture::floods_from_children::communication_feature);
