// It stands its probe, and ends with SIGABRT whatever other process makes it.

#include <core_communication/communication_provider.hpp>
#include <core_communication/export.hpp>

#include <cstdlib>
#include <filesystem>

namespace fixture::crashes_in_worker {

class communication_feature final : public core_communication::communication_provider {
  public:
    communication_feature() {
        if (std::filesystem::read_symlink("/proc/self/exe").filename() != "commhost-probe") std::abort();
    }

    void load_for_instance(core_communication::processor&) override {}
};

}  // namespace fixture::crashes_in_worker

COMMUNICATION_FEATURE(fixture::crashes_in_worker::communication_feature);
