// It prints what is open in the process that it is loaded in, and how much it may have open.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

#include <sys/resource.h>

#include <filesystem>
#include <iostream>
#include <system_error>

namespace fixture::tells_descriptors {

struct fault {
    fault() {
        for (const auto& each : std::filesystem::directory_iterator("/proc/self/fd")) {
            std::error_code gone;  // what this listing itself is made with
            std::cout << each.path().filename().string() << ' ' << std::filesystem::read_symlink(each, gone).string()
                      << '\n';
        }
        struct rlimit files {};
        ::getrlimit(RLIMIT_NOFILE, &files);
        std::cout << "most " << files.rlim_max << std::endl;
    }
};

const fault at_load;

class communication_feature final : public bare_provider {};

}  // namespace fixture::tells_descriptors

COMMUNICATION_FEATURE(fixture::tells_descriptors::communication_feature);
