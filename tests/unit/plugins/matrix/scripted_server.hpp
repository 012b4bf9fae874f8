#pragma once

#include <core_communication/testing/memory_processor.hpp>
#include <core_communication/testing/scripted_http.hpp>

#include <functional>
#include <string>
#include <utility>

namespace commhost::test {

inline const std::string address = "http://matrix.test";

/// Given "GET /path?query"; may throw provider_error, as when the connection is lost.
using script = std::function<core_communication::http_response(const std::string& asked)>;

/// Answers of a homeserver that a real one cannot be made to give, or not one test after the other.
inline core_communication::testing::scripted_http server_of(script answers) {
    return {address, [answers = std::move(answers)](const std::string& asked, const core_communication::http_request&) {
                return answers(asked);
            }};
}

inline core_communication::testing::memory_settings settings_of_matrix() {
    return core_communication::testing::memory_settings({{"homeserver_url", address},
                                                         {"server_name", "s"},
                                                         {"access_token", "t"},
                                                         {"web_client_url", ""},
                                                         {"room_version", "11"},
                                                         {"moderator_level", std::int64_t{51}},
                                                         {"owner_level", std::int64_t{90}},
                                                         {"account_prefix", ""},
                                                         {"account_source", "username"},
                                                         {"make_accounts", true},
                                                         {"history_visibility", "shared"},
                                                         {"encryption", false},
                                                         {"federation", true},
                                                         {"second_account", ""},
                                                         {"space", ""},
                                                         {"leavers", "nothing"},
                                                         {"sso_provider", ""},
                                                         {"sso_id", ""},
                                                         {"mas_url", ""},
                                                         {"mas_client_id", ""},
                                                         {"mas_client_secret", ""}});
}

/// A room for which nothing of its own is set.
inline core_communication::testing::memory_settings settings_of_matrix_room() {
    return core_communication::testing::memory_settings({{"history_visibility", "site"}, {"encryption", "site"}});
}

}  // namespace commhost::test
