#include <core_communication/testing/scripted_http.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <iterator>
#include <string_view>
#include <utility>

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

/// An empty address is everywhere.
bool leads_to(std::string_view url, std::string_view address) {
    if (!url.starts_with(address)) return false;
    const auto rest = url.substr(address.size());
    return address.empty() || rest.empty() || rest.front() == '/' || rest.front() == '?';
}

}  // namespace

scripted_http::scripted_http(script answers)
    : answers_([answers = std::move(answers)](const std::string&, const http_request& request) {
          return answers(request);
      }) {}

scripted_http::scripted_http(std::string address, server answers)
    : address_(std::move(address)), answers_(std::move(answers)) {}

std::string scripted_http::body_of(std::string_view asked) const {
    const auto last = std::find(asked_.rbegin(), asked_.rend(), asked);
    if (last == asked_.rend()) return {};
    return requests_[static_cast<std::size_t>(std::distance(last, asked_.rend())) - 1].body;
}

void scripted_http::answer_differently(std::function<std::optional<http_response>(const std::string& asked)> first) {
    first_ = std::move(first);
}

void scripted_http::forget_requests() {
    requests_.clear();
    asked_.clear();
}

http_response scripted_http::send(const http_request& request) {
    if (cancelled_) throw task_cancelled();
    if (!leads_to(request.url, address_))
        throw provider_error(failure::invalid, request.url + " is at none of the addresses of the plugin's settings");
    auto asked = std::string(to_string(request.method)) + " " + request.url.substr(address_.size());
    requests_.push_back(request);
    asked_.push_back(asked);
    auto different = first_ ? first_(asked) : std::nullopt;
    auto answer = different ? *std::move(different) : answers_(asked, request);
    const auto status = "the server answers " + std::to_string(answer.status);
    if (answer.status == too_many_requests) throw provider_error(wait_of(answer), status);
    if (answer.status == bad_gateway || answer.status == service_unavailable || answer.status == gateway_timeout)
        throw provider_error(failure::unavailable, status);
    if (answer.body.size() > request.response_limit)
        throw provider_error(failure::invalid, "the answer is longer than the request allows");
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
