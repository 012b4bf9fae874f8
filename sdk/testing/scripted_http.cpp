#include <core_communication/testing/scripted_http.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>

namespace core_communication::testing {

namespace {

constexpr int too_many_requests = 429;
constexpr int bad_gateway = 502;
constexpr int service_unavailable = 503;
constexpr int gateway_timeout = 504;

/// What the server asks to wait; zero where it names no number of seconds.
std::chrono::milliseconds wait_of(const http_response& answer) {
    const auto header = std::find_if(answer.headers.begin(), answer.headers.end(),
                                     [](const auto& each) { return each.first == "retry-after"; });
    int seconds = 0;
    if (header != answer.headers.end())
        std::from_chars(header->second.data(), header->second.data() + header->second.size(), seconds);
    return std::chrono::seconds(seconds);
}

}  // namespace

std::vector<std::string> scripted_http::asked() const {
    std::vector<std::string> lines;
    for (const auto& each : requests_) lines.push_back(std::string(to_string(each.method)) + " " + each.url);
    return lines;
}

http_response scripted_http::send(const http_request& request) {
    if (cancelled_) throw task_cancelled();
    requests_.push_back(request);
    auto answer = answers_(request);
    const auto status = "the server answers " + std::to_string(answer.status);
    if (answer.status == too_many_requests) throw provider_error(wait_of(answer), status);
    if (answer.status == bad_gateway || answer.status == service_unavailable || answer.status == gateway_timeout)
        throw provider_error(failure::unavailable, status);
    return answer;
}

void scripted_http::send_all(std::span<const http_request> requests,
                             const std::function<void(std::size_t index, const http_outcome&)>& on_outcome) {
    for (std::size_t index = 0; index < requests.size(); ++index) {
        http_outcome outcome;
        try {
            outcome.response = send(requests[index]);
        } catch (const provider_error& failed) {
            outcome.error = failed;
        }
        on_outcome(index, outcome);
    }
}

}  // namespace core_communication::testing
