#pragma once

#include "service/http_client.hpp"
#include "worker/validator/test.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace commhost::worker::validator {

/// What is to be validated, and how.
struct validation_options {
    std::filesystem::path folder;                   ///< The plugin's; it need not lie below a plugin root.
    std::set<std::string> only;                     ///< Ids of tests; empty for all.
    std::uint64_t seed = 0;                         ///< The same one gives the same faults in the same order.
    std::optional<std::filesystem::path> settings;  ///< See read_given_settings.
    std::chrono::seconds time{60};                  ///< Until a test's process is killed.
    int stop = -1;                                  ///< A descriptor: once it is readable, nothing more is begun.
    service::http_settings http;                    ///< Of a server that settings name.
};

struct tested {
    const test* which;
    verdict found;
    bool is_named;  ///< By validation_options::only.
};

struct validation {
    std::string plugin;  ///< The folder's name.
    std::int64_t version = 0;
    std::string release;  ///< Empty when the manifest cannot be read.
    std::uint64_t seed = 0;
    std::vector<tested> tests;
    bool was_stopped = false;  ///< Before all was tried.

    std::size_t number_of(outcome what) const;
    /// Whether nothing failed or crashed, nothing was skipped that was asked for by its name, and nobody stopped it.
    bool has_passed() const;
};

/// Tries a plugin's folder. No plugin code runs in this process; each test that needs some has a child of its own.
/// on_test: called after each. What was made on a server is deleted in the end, or named (server-left), also when it is
/// stopped.
/// Throws message::error: PLUGIN_FOLDER_READ, PROBE_START, and what the settings' file deserves (JSON_..., SETTING_...,
/// SECRET_...).
validation validate(const validation_options& options, const std::function<void(const tested&)>& on_test);

}  // namespace commhost::worker::validator
