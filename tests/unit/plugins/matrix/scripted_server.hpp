#pragma once

#include "memory_processor.hpp"

#include <core_communication/http_service.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace commhost::test {

/// Answers of a homeserver that a real one cannot be made to give, or not one test after the other.
class scripted_server final : public core_communication::http_service {
  public:
    /// Given "GET /path?query"; may throw provider_error, as when the connection is lost.
    using script = std::function<core_communication::http_response(const std::string& asked)>;

    explicit scripted_server(script answers) : answers_(std::move(answers)) {}

    const std::vector<std::string>& asked() const { return asked_; }
    void forget() { asked_.clear(); }

    /// What was sent last with this request.
    std::string body_of(const std::string& asked) const {
        const auto found = bodies_.find(asked);
        return found == bodies_.end() ? std::string() : found->second;
    }

    /// Asked first from now on; empty: the script answers.
    void answer_differently(
        std::function<std::optional<core_communication::http_response>(const std::string& asked)> first) {
        first_ = std::move(first);
    }

    core_communication::http_response send(const core_communication::http_request& request) override {
        asked_.push_back(core_communication::to_string(request.method) +
                         request.url.substr(address.size()).insert(0, 1, ' '));
        bodies_[asked_.back()] = request.body;
        if (first_)
            if (auto answer = first_(asked_.back())) return *std::move(answer);
        return answers_(asked_.back());
    }
    void
    send_all(std::span<const core_communication::http_request> requests,
             const std::function<void(std::size_t, const core_communication::http_outcome&)>& on_outcome) override {
        for (std::size_t index = 0; index < requests.size(); ++index) {
            core_communication::http_outcome outcome;
            try {
                outcome.response = send(requests[index]);
            } catch (const core_communication::provider_error& failed) {
                outcome.error = failed;
            }
            on_outcome(index, outcome);
        }
    }

    static inline const std::string address = "http://matrix.test";

  private:
    script answers_;
    std::function<std::optional<core_communication::http_response>(const std::string&)> first_;
    std::vector<std::string> asked_;
    std::map<std::string, std::string> bodies_;
};

inline core_communication_test::memory_settings settings_of_matrix() {
    return core_communication_test::memory_settings({{"homeserver_url", scripted_server::address},
                                                     {"server_name", "s"},
                                                     {"access_token", "t"},
                                                     {"web_client_url", ""},
                                                     {"room_version", "11"},
                                                     {"moderator_level", std::int64_t{51}},
                                                     {"owner_level", std::int64_t{90}},
                                                     {"account_prefix", ""}});
}

}  // namespace commhost::test
