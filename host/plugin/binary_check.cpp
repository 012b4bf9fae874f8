#include "plugin/binary_check.hpp"

#include "plugin/codes.hpp"
#include "text/utf8.hpp"

#include <core_communication/abi_stamp.hpp>

#include <boost/core/demangle.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

namespace commhost::plugin {

namespace {

constexpr std::string_view feature_symbol = "communication_feature";
constexpr std::string_view own_stamp = CORE_COMMUNICATION_STAMP_CONTENT;

/// "1" and "0" of "1.0.3".
std::pair<int, int> release_of(std::string_view text) {
    int major = 0;
    int minor = 0;
    const char* const end = text.data() + text.size();
    const auto [behind, failed] = std::from_chars(text.data(), end, major);
    if (failed == std::errc{} && behind != end && *behind == '.') std::from_chars(behind + 1, end, minor);
    return {major, minor};
}

/// Whether a plugin with one value of the stamp can be used by a host with the other.
bool agrees(std::string_view name, std::string_view found, std::string_view wanted) {
    // GCC counts corner cases of name mangling up (1017 in GCC 12), Clang stays at 1002; all of 1xxx are the one C++
    // ABI that both have had since GCC 3.4 (GCC manual, -fabi-version).
    if (name == "compiler_abi") return found.size() == 4 && found.front() == '1' && wanted.front() == '1';
    // An SDK only grows within a major release: a plugin of an older one has all it needs here.
    if (name == "sdk")
        return release_of(found).first == release_of(wanted).first && release_of(found) <= release_of(wanted);
    return found == wanted;
}

bool contains(const std::vector<std::string>& list, std::string_view text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

/// What a file says about itself, fit for a terminal.
std::string shown(std::string_view text) {
    constexpr std::size_t longest = 200;
    return text::printable(text, longest);
}

std::string shown_symbol(const std::string& symbol) { return shown(boost::core::demangle(symbol.c_str())); }

/// The C++ runtime has to be the host's own.
template <class Refuse>
void check_runtime(const binary& found, Refuse&& refuse) {
    for (const std::string_view needed : {"libstdc++.so.6", "libcore_communication.so.1"})
        if (!contains(found.needed, needed)) refuse(PLUGIN_BINARY_NEEDED, {{"needed", std::string(needed)}});
    for (const auto& needed : found.needed)
        if (needed.starts_with("libc++.so") || needed.starts_with("libc++abi.so"))
            refuse(PLUGIN_BINARY_RUNTIME, {{"what", shown(needed)}});
    if (found.own_runtime)
        refuse(PLUGIN_BINARY_RUNTIME,
               {{"what", message::phrase("reason_own_copy", {{"symbol", shown_symbol(*found.own_runtime)}})}});
}

/// Nothing in it may tell the loader to do more than to load it.
template <class Refuse>
void check_loading(const binary& found, Refuse&& refuse) {
    for (const auto& path : found.search_paths) refuse(PLUGIN_BINARY_SEARCH_PATH, {{"path", shown(path)}});
    for (const auto& needed : found.needed)
        if (needed.find('/') != std::string::npos) refuse(PLUGIN_BINARY_SEARCH_PATH, {{"path", shown(needed)}});
    for (const auto& other : found.loads_others) refuse(PLUGIN_BINARY_LOADER, {{"entry", shown(other)}});
    for (const auto& flag : found.loader_flags) refuse(PLUGIN_BINARY_LOADER, {{"entry", flag}});
    if (found.executable_stack) refuse(PLUGIN_BINARY_STACK);
    if (found.text_relocations || found.writable_code) refuse(PLUGIN_BINARY_WRITABLE_CODE);
}

template <class Refuse>
void check_stamp(const binary& found, const binary_requirement& wanted, Refuse&& refuse) {
    if (!found.stamp) {
        refuse(PLUGIN_STAMP_MISSING);
        return;
    }
    for (const auto& [name, value] : wanted.stamp) {
        const auto stated = found.stamp->find(name);
        if (stated != found.stamp->end() && agrees(name, stated->second, value)) continue;
        refuse(PLUGIN_STAMP_DIFFERS,
               {{"field", name},
                {"found", stated == found.stamp->end() ? message::phrase("stamp_absent") : shown(stated->second)},
                {"wanted", value}});
    }
}

}  // namespace

binary_requirement own_requirement() { return {own_binary_kind(), parse_stamp(own_stamp)}; }

std::vector<problem> check_binary(const binary& found, const binary_requirement& wanted, std::string_view library) {
    std::vector<problem> problems;
    const auto refuse = [&, name = std::string(library)](message::code why, message::arguments more = {}) {
        more.insert(more.begin(), {"library", name});
        problems.emplace_back(why, std::move(more));
    };
    if (found.kind != wanted.kind) {
        refuse(PLUGIN_BINARY_MACHINE, {{"found", to_string(found.kind)}, {"wanted", to_string(wanted.kind)}});
        return problems;  // nothing else in it means anything here
    }
    if (!found.shared_object) {
        refuse(PLUGIN_BINARY_KIND);
        return problems;
    }
    check_runtime(found, refuse);
    check_loading(found, refuse);
    if (!contains(found.exported, feature_symbol)) refuse(PLUGIN_FEATURE_MISSING);
    if (!found.process_unique.empty())
        refuse(PLUGIN_BINARY_UNIQUE, {{"symbol", shown_symbol(found.process_unique.front())},
                                      {"count", std::to_string(found.process_unique.size())}});
    check_stamp(found, wanted, refuse);
    return problems;
}

}  // namespace commhost::plugin
