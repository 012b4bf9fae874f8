#pragma once

#include "plugin/capability.hpp"
#include "plugin/host_version.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace commhost::plugin {

enum class maturity : std::uint8_t { alpha, beta, rc, stable };

std::string_view to_string(maturity which);

/// Another plugin that must be there.
struct dependency {
    std::string component;
    std::optional<std::int64_t> version;  ///< The lowest that will do; empty for "any".
};

/// Personal data that a plugin sends to somebody.
struct external_data {
    std::string destination;                                  ///< String key: who gets it.
    std::vector<std::pair<std::string, std::string>> fields;  ///< "email" and the string key that says what for.
};

/// What version.json says:
///
///     {
///       "component": "communication_example",       the folder's name behind "communication_"
///       "version": 2026112200,                      YYYYMMDDXX, growing with each release
///       "release": "1.0.0",                         for people; one line without control characters
///       "requires": "0.1",                          lowest host version
///       "supported": ["0.1", "0.9"],                optional: tried with these; another one gives a notice
///       "incompatible": "2.0",                      optional: refused from this host version on
///       "maturity": "stable",                       alpha, beta, rc or stable
///       "dependencies": {"communication_other": 2026010100, "communication_third": "any"},     optional
///       "capabilities": ["user_provider", "room_chat_provider"],
///       "external_data": [{"destination": "privacy_server", "fields": {"email": "privacy_email"}}],   may be []
///       "description": "description"                string key
///     }
struct manifest {
    std::string component;
    std::int64_t version = 0;
    std::string release;
    host_version requires_host;
    std::optional<std::pair<host_version, host_version>> supported;
    std::optional<host_version> incompatible;
    plugin::maturity maturity = maturity::alpha;
    std::vector<dependency> dependencies;
    capability_list capabilities;  ///< "communication_provider" may be listed and is left out here.
    std::vector<plugin::external_data> external_data;
    std::string description;
};

/// Throws message::error (JSON_...).
manifest read_manifest(const std::filesystem::path& file);

}  // namespace commhost::plugin
