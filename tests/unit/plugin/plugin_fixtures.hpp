#pragma once

#include "message/error.hpp"
#include "plugin/problem.hpp"
#include "test_database.hpp"
#include "text/file_content.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::test {

/// The plugins of tests/plugin as they were built.
inline const std::filesystem::path faults = COMMHOST_FAULTS;

/// The program that stands for `commhost probe`.
inline const std::filesystem::path probe_program = COMMHOST_PROBE_PROGRAM;

inline void write_file(const std::filesystem::path& file, std::string_view content) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << content;
    std::filesystem::permissions(file, std::filesystem::perms(0644));
}

/// Replaces what must be in the file.
inline void replace_in(const std::filesystem::path& file, std::string_view old_text, std::string_view new_text) {
    auto content = text::read_file(file, 1'000'000);
    const auto at = content.find(old_text);
    REQUIRE(at != std::string::npos);
    write_file(file, content.replace(at, old_text.size(), new_text));
}

/// The shared object of one of them.
inline std::filesystem::path library(std::string_view fault) {
    return faults / fault / ("libcommunication_" + std::string(fault) + ".so");
}

/// Copies a built plugin into a root, under its own name, with modes that do not depend on the umask of the build.
inline std::filesystem::path install(std::string_view fault, const std::filesystem::path& root) {
    namespace fs = std::filesystem;
    const auto folder = root / fault;
    fs::create_directories(root);
    fs::permissions(root, fs::perms(0755));
    fs::copy(faults / fault, folder, fs::copy_options::recursive);
    fs::permissions(folder, fs::perms(0755));
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        fs::permissions(entry.path(), entry.is_directory() ? fs::perms(0755) : fs::perms(0644));
    return folder;
}

/// The value of an argument of a message; "(none)" when it has no such argument.
inline std::string argument(const message::arguments& arguments, std::string_view name) {
    for (const auto& [known, value] : arguments)
        if (known == name) return value;
    return "(none)";
}

/// The codes of problems, with a space between them.
inline std::string codes(const std::vector<plugin::problem>& problems) {
    std::string ids;
    for (const auto& problem : problems) ids.append(ids.empty() ? "" : " ").append(problem.code.id());
    return ids;
}

/// The message::error that work throws.
template <class Work>
message::error thrown_by(Work&& work) {
    try {
        work();
    } catch (const message::error& thrown) {
        return thrown;
    }
    FAIL("nothing was thrown");
    throw std::logic_error("not reached");
}

}  // namespace commhost::test
