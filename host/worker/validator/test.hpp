#pragma once

#include "plugin/host_version.hpp"
#include "plugin/sealed_library.hpp"
#include "worker/validator/verdict.hpp"

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::worker::validator {

class stage;

/// A plugin's folder, of which no code has run.
struct plugin_files {
    std::filesystem::path folder;  ///< Resolved.
    std::string component;
    plugin::host_version host;
    std::optional<plugin::sealed_library> library;  ///< Empty when it cannot be read.
};

/// One thing that is asked of a plugin. Its sentence is the phrase validate_test_ID.
struct test {
    std::string_view id;  ///< Lower case, digits and '-'; it never changes its meaning.

    /// Which of the tests before it have to have succeeded, or it is skipped.
    std::vector<std::string_view> after;

    /// One of the two: on files, in the process of the command, which loads no plugin; or in a child of its own.
    void (*on_files)(const plugin_files& files, verdict& found) = nullptr;
    void (*in_child)(stage& on, verdict& found) = nullptr;

    bool needs_server = false;   ///< Skipped unless settings name a server that may be used.
    bool opens_sockets = false;  ///< Itself; in the child of any other that needs no server there is no network.
    bool judges_output = false;  ///< What the child prints is a warning.

    std::string sentence() const;
};

/// All of them, each behind those it comes after.
std::span<const test> every_test();

/// Null for an id that is none.
const test* find_test(std::string_view id);

}  // namespace commhost::worker::validator
