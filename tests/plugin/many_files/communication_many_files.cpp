// It opens files without end, and says so when it gets no more.

#include "bare_provider.hpp"

#include <core_communication/export.hpp>

#include <fcntl.h>

#include <cerrno>
#include <system_error>

namespace fixture::many_files {

class communication_feature final : public bare_provider {
  public:
    communication_feature() {
        for (int opened = 0; opened < 100'000; ++opened) {
            if (::open("/dev/null", O_RDONLY | O_CLOEXEC) < 0)
                throw std::system_error(errno, std::generic_category(), "one more file");
        }
    }
};

}  // namespace fixture::many_files

COMMUNICATION_FEATURE(fixture::many_files::communication_feature);
