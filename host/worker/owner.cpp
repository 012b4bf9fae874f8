#include "worker/owner.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string_view>
#include <system_error>
#include <utility>

namespace commhost::worker {

namespace {

std::string host_name() {
    std::array<char, 256> name{};
    ::gethostname(name.data(), name.size() - 1);
    return name.data();
}

/// Field 22 of /proc/PID/stat (proc(5)), counted behind the name in brackets, which may hold anything. None for a process
/// that is not there, or that is dead and only not yet waited for.
std::optional<std::string> start_of(const std::string& process) {
    std::ifstream file("/proc/" + process + "/stat");
    const std::string content(std::istreambuf_iterator<char>(file), {});
    const auto end_of_name = content.rfind(')');
    if (end_of_name == std::string::npos) return std::nullopt;
    std::istringstream fields(content.substr(end_of_name + 1));
    std::string field;
    for (int number = 3; number <= 22; ++number) {
        fields >> field;
        if (number == 3 && (field == "Z" || field == "X")) return std::nullopt;
    }
    return field;
}

std::string boot() {
    std::string id;
    std::ifstream("/proc/sys/kernel/random/boot_id") >> id;
    return id.empty() ? "-" : id;
}

/// The number in "pid:[4026531836]" (namespaces(7)).
std::string pid_namespace() {
    std::error_code unreadable;  // a system without /proc/self/ns has one namespace
    const auto link = std::filesystem::read_symlink("/proc/self/ns/pid", unreadable).string();
    const auto begin = link.find('[');
    return begin == std::string::npos ? "-" : link.substr(begin + 1, link.find(']') - begin - 1);
}

std::string suffix_of(const std::string& process) {
    return fmt::format("{}:{}:", process, start_of(process).value_or("-"));
}

/// Takes the prefix off the text; false where it has another one.
bool take(std::string_view& text, const std::string& prefix) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

}  // namespace

std::string owner_name(int serial) {
    return fmt::format("{}:{}:{}:{}{}", host_name(), boot(), pid_namespace(), suffix_of(std::to_string(::getpid())),
                       serial);
}

std::vector<std::string> owners_without_process(std::span<const std::string> names) {
    std::vector<std::string> dead;
    const auto host = host_name() + ":";
    const auto this_boot = boot() + ":";
    const auto visible = pid_namespace() + ":";
    for (const auto& name : names) {
        std::string_view rest = name;
        if (!take(rest, host)) continue;
        if (!take(rest, this_boot)) {
            dead.push_back(name);
        } else if (take(rest, visible)) {
            const std::string process(rest.substr(0, rest.find(':')));
            if (!rest.starts_with(suffix_of(process))) dead.push_back(name);
        }
    }
    return dead;
}

owner_place place_of(std::string_view owner) {
    std::vector<std::string> parts;
    std::istringstream from{std::string(owner)};
    for (std::string part; std::getline(from, part, ':');) parts.push_back(std::move(part));
    parts.resize(4);
    return {parts[0], parts[3]};
}

}  // namespace commhost::worker
