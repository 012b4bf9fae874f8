#include "worker/validator/endless_tests.hpp"

#include "worker/validator/endless_server.hpp"
#include "worker/validator/judgement.hpp"
#include "worker/validator/play.hpp"
#include "worker/validator/real_http.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace commhost::worker::validator {

namespace {

using core_communication::http_outcome;
using core_communication::http_request;
using core_communication::http_response;
using core_communication::testing::scripted_http;

/// Ten times what the contract gives as the default.
constexpr std::chrono::seconds most_patience(600);

/// Has the client come to its limits soon, whatever a request allows, and sees what it does allow.
class impatient_http final : public core_communication::http_service {
  public:
    explicit impatient_http(core_communication::http_service& behind) : behind_(behind) {}

    /// The longest that a request since the last time would have waited.
    std::chrono::milliseconds take_longest() { return std::exchange(longest_, std::chrono::milliseconds(0)); }

    http_response send(const http_request& request) override { return behind_.send(limited(request)); }

    void send_all(std::span<const http_request> requests,
                  const std::function<void(std::size_t index, const http_outcome&)>& on_outcome) override {
        std::vector<http_request> batch;
        for (const auto& each : requests) batch.push_back(limited(each));
        behind_.send_all(batch, on_outcome);
    }

  private:
    http_request limited(http_request request) {
        constexpr std::chrono::milliseconds soon(200);
        constexpr std::size_t little = std::size_t{4} << 20U;
        longest_ = std::max(longest_, request.timeout);
        request.timeout = std::min(request.timeout, soon);
        request.response_limit = std::min(request.response_limit, little);
        return request;
    }

    core_communication::http_service& behind_;
    std::chrono::milliseconds longest_{0};
};

void play_against(const endless_server& server, stage& on, verdict& found) {
    constexpr std::string_view where = "endless-stream";
    service::http_settings settings;
    settings.tries = 1;
    real_http http(on.order().component, settings, {{server.url()}, {}, false});
    impatient_http line(http.service());
    scripted_http calm(script_of(world::calm, 0, 0));
    for (const auto which : every_method) {
        trial room(on, calm, {.without_room = is_without_room(which), .every_url = server.url()});
        if (!is_without_room(which)) prepare(room);
        room.begin_task();
        room.http().lead_to(line);
        const auto result = room.call(which, where);
        room.http().lead_to(calm);
        judge_ending(result, found);
        if (const auto longest = line.take_longest(); longest > most_patience)
            found.fail("validate_request_patience",
                       {{"method", std::string(to_string(which))},
                        {"seconds", std::to_string(std::chrono::ceil<std::chrono::seconds>(longest).count())},
                        {"most", std::to_string(most_patience.count())}});
    }
}

}  // namespace

void examine_endless_stream(stage& on, verdict& found) {
    using kind = endless_server::kind;
    for (const auto each : {kind::flood, kind::trickle, kind::headers}) {
        const endless_server server(each);
        play_against(server, on, found);
    }
}

}  // namespace commhost::worker::validator
