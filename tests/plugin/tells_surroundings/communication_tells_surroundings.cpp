// It prints what a process knows about itself, where the host's secrets might be, and says how long its own secret is.

#include <core_communication/diagnostic_provider.hpp>
#include <core_communication/export.hpp>
#include <core_communication/processor.hpp>
#include <core_communication/room_chat_provider.hpp>

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

namespace fixture::tells_surroundings {

/// One of the kernel's files about this process, with a space for each NUL in it.
std::string about_process(const char* file) {
    std::ifstream in(std::string("/proc/self/") + file, std::ios::binary);
    std::string content(std::istreambuf_iterator<char>(in), {});
    std::replace(content.begin(), content.end(), '\0', ' ');
    return content;
}

class communication_feature final : public core_communication::communication_provider,
                                    public core_communication::room_chat_provider,
                                    public core_communication::diagnostic_provider {
  public:
    void load_for_instance(core_communication::processor& room) override { room_ = &room; }

    bool create_chat_room() override {
        for (char** variable = ::environ; variable != nullptr && *variable != nullptr; ++variable)
            std::cout << "variable " << *variable << '\n';
        struct rlimit core {};
        ::getrlimit(RLIMIT_CORE, &core);
        std::cout << "environ " << about_process("environ") << "\ncmdline " << about_process("cmdline") << "\ncore "
                  << core.rlim_max << std::endl;
        return true;
    }
    bool update_chat_room() override { return true; }
    bool delete_chat_room() override { return true; }
    std::optional<std::string> generate_room_url() override { return std::nullopt; }

    std::vector<core_communication::diagnosis> diagnose() override {
        const auto length = room_->site_settings().text("token").size();
        return {{"length", core_communication::diagnosis_outcome::passed, std::to_string(length), ""}};
    }

  private:
    core_communication::processor* room_ = nullptr;
};

}  // namespace fixture::tells_surroundings

COMMUNICATION_FEATURE(fixture::tells_surroundings::communication_feature);
