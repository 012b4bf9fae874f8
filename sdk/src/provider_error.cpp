#include <core_communication/provider_error.hpp>

namespace core_communication::inline v1 {

provider_error::provider_error(failure kind, const std::string& reason) : std::runtime_error(reason), kind_(kind) {}

provider_error::provider_error(std::chrono::milliseconds wait, const std::string& reason)
    : std::runtime_error(reason), kind_(failure::rate_limited), wait_(wait) {}

provider_error::provider_error(const provider_error&) = default;
provider_error& provider_error::operator=(const provider_error&) = default;
provider_error::~provider_error() = default;

failure provider_error::kind() const noexcept { return kind_; }
std::optional<std::chrono::milliseconds> provider_error::wait() const noexcept { return wait_; }

const char* to_string(failure kind) noexcept {
    switch (kind) {
        case failure::unavailable: return "unavailable";
        case failure::rate_limited: return "rate_limited";
        case failure::unauthorised: return "unauthorised";
        case failure::rejected: return "rejected";
        case failure::conflict: return "conflict";
        case failure::invalid: return "invalid";
    }
    return "unknown";
}

task_cancelled::task_cancelled() : std::runtime_error("the task is to stop") {}
task_cancelled::task_cancelled(const task_cancelled&) = default;
task_cancelled& task_cancelled::operator=(const task_cancelled&) = default;
task_cancelled::~task_cancelled() = default;

}  // namespace core_communication::inline v1
