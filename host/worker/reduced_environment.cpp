#include "worker/reduced_environment.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

namespace commhost::worker {

namespace {

constexpr std::array<std::string_view, 10> for_plugins{"PATH",         "LD_LIBRARY_PATH", "LANG", "LC_ALL",
                                                       "LC_MESSAGES",  "LANGUAGE",        "TZ",   "ASAN_OPTIONS",
                                                       "TSAN_OPTIONS", "UBSAN_OPTIONS"};

/// Looked for whenever a connection is made. libpq's begin with PG
/// (https://www.postgresql.org/docs/15/libpq-envars.html); of its password the database has taken note.
constexpr std::array<std::string_view, 4> for_libraries{"HOME", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR"};

std::string_view name_of(std::string_view variable) { return variable.substr(0, variable.find('=')); }

bool is_for_plugins(std::string_view name) {
    return std::find(for_plugins.begin(), for_plugins.end(), name) != for_plugins.end();
}

bool is_for_libraries(std::string_view name) {
    return std::find(for_libraries.begin(), for_libraries.end(), name) != for_libraries.end() ||
           (name.starts_with("PG") && name != "PGPASSWORD");
}

}  // namespace

std::vector<std::string> reduced_environment() {
    std::vector<std::string> variables;
    for (char** variable = ::environ; variable != nullptr && *variable != nullptr; ++variable)
        if (is_for_plugins(name_of(*variable))) variables.emplace_back(*variable);
    return variables;
}

void reduce_own_environment() {
    if (::environ == nullptr) return;
    char** kept = ::environ;
    for (char** variable = ::environ; *variable != nullptr; ++variable) {
        const auto name = name_of(*variable);
        if (is_for_plugins(name) || is_for_libraries(name)) {
            *kept++ = *variable;
        } else {
            // Where the kernel laid it, which is what it shows; unsetenv would leave it there.
            ::explicit_bzero(*variable, std::strlen(*variable));
        }
    }
    *kept = nullptr;
}

}  // namespace commhost::worker
