#include "worker/owner.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>

namespace commhost::worker {

namespace {

std::string host_name() {
    std::array<char, 256> name{};
    ::gethostname(name.data(), name.size() - 1);
    return name.data();
}

/// Field 22 of /proc/PID/stat (proc(5)), counted behind the name in brackets, which may hold anything.
std::optional<std::string> start_of(const std::string& process) {
    std::ifstream file("/proc/" + process + "/stat");
    const std::string content(std::istreambuf_iterator<char>(file), {});
    const auto end_of_name = content.rfind(')');
    if (end_of_name == std::string::npos) return std::nullopt;
    std::istringstream fields(content.substr(end_of_name + 1));
    std::string field;
    for (int number = 3; number <= 22; ++number) fields >> field;
    return field;
}

std::string prefix_of(const std::string& process) {
    return fmt::format("{}:{}:{}:", host_name(), process, start_of(process).value_or("-"));
}

}  // namespace

std::string owner_name(int serial) { return prefix_of(std::to_string(::getpid())) + std::to_string(serial); }

std::vector<std::string> owners_without_process(std::span<const task::owner> owners) {
    std::vector<std::string> dead;
    const auto here = host_name() + ":";
    for (const auto& owner : owners) {
        if (!owner.name.starts_with(here)) continue;
        const auto process = owner.name.substr(here.size(), owner.name.find(':', here.size()) - here.size());
        if (!owner.name.starts_with(prefix_of(process))) dead.push_back(owner.name);
    }
    return dead;
}

}  // namespace commhost::worker
