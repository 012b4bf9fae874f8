// It calls itself without end.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::overflows_stack {

struct fault {
    fault() { depth(0); }

    static int depth(int number) {  // NOLINT(misc-no-recursion): its fault
        volatile char frame[4096] = {};
        if (number < 0) return 0;  // never, which the compiler does not know
        frame[0] = static_cast<char>(number);
        return depth(number + 1) + frame[0];
    }
};

const fault at_load;

class communication_feature final : public bare_provider {};

}  // namespace fixture::overflows_stack

COMMUNICATION_FEATURE(fixture::overflows_stack::communication_feature);
