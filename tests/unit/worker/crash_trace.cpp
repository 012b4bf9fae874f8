#include "worker/crash_trace.hpp"

#include <doctest/doctest.h>

#include <string>

using commhost::worker::readable_frame;

TEST_CASE("the name of a function is as it is written, and the plugin's library by its name") {
    CHECK(readable_frame("/proc/self/fd/12(_ZN7fixture4good6workerEv+0x1f) [0x7f0012345678]",
                         "libcommunication_good.so") == "libcommunication_good.so(fixture::good::worker()+0x1f)");
    CHECK(readable_frame("/proc/self/fd/12(+0x1f)[0x7f0012345678]", "libcommunication_good.so") ==
          "libcommunication_good.so(+0x1f)");
    CHECK(readable_frame("/lib/x86_64-linux-gnu/libc.so.6(abort+0xd3)[0x7f0012345678]", "libcommunication_good.so") ==
          "/lib/x86_64-linux-gnu/libc.so.6(abort+0xd3)");
}

TEST_CASE("what a plugin prints by itself stays as it is") {
    for (const std::string line :
         {"", "hello", "_ZN7fixture4good6workerEv", "/proc/self/fd/12 (x) [y]", "a(b+0x1)[0x2]"})
        CHECK(readable_frame(line, "libcommunication_good.so") == line);
}
