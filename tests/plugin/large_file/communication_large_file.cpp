// It fills a file without a name until nothing is left to fill.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace fixture::large_file {

struct fault {
    fault() {
        std::FILE* const file = std::tmpfile();
        if (file == nullptr) std::abort();
        constexpr int most = 4096;  // for the machine's sake, where nobody ends it before
        const std::string mebibyte(std::size_t{1024} * 1024, 'x');
        for (int written = 0; written < most; ++written) std::fwrite(mebibyte.data(), 1, mebibyte.size(), file);
        std::fclose(file);
    }
};

const fault at_load;

class communication_feature final : public bare_provider {};

}  // namespace fixture::large_file

COMMUNICATION_FEATURE(fixture::large_file::communication_feature);
