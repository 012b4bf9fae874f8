#include "worker/validator/strict_http.hpp"

#include "service/http_address.hpp"
#include "text/ascii.hpp"
#include "worker/validator/people.hpp"

#include <core_communication/cancellation.hpp>

#include <utility>

namespace commhost::worker::validator {

namespace {

using core_communication::failure;
using core_communication::http_outcome;
using core_communication::http_request;
using core_communication::http_response;
using core_communication::provider_error;

/// In bytes; four times what the contract gives as the default.
constexpr std::size_t most_answer = std::size_t{256} << 20U;

provider_error foreign_server() {
    return {failure::invalid, "the address is of no server that the plugin's settings name"};
}

}  // namespace

strict_http::strict_http(watcher& over, strict_cancellation& cancellation, const service::secret_blanker& blank,
                         std::set<std::string> origins, std::set<std::string> declared)
    : watcher_(over), cancellation_(cancellation), blank_(blank), origins_(std::move(origins)),
      declared_(std::move(declared)) {}

void strict_http::cancel_at(std::optional<std::size_t> number) {
    left_until_cancelled_ = number;
    has_cancelled_ = false;
    tried_after_ = 0;
    cancellation_.request(number == 0);
}

std::vector<exchange> strict_http::take_exchanges() { return std::exchange(exchanges_, {}); }

void strict_http::look_for_people(const http_request& request) {
    auto content = request.url + '\n' + request.body;
    for (const auto& [name, value] : request.headers) content += '\n' + value;
    content = text::lower(content);
    for (const auto user : everybody)
        for (const auto& [field, mark] : marks_of(user))
            if (!declared_.contains(field) && content.find(text::lower(mark)) != std::string::npos)
                watcher_.add(rule::personal_data, field);
}

void strict_http::look_at(const http_request& request) {
    watcher_.used("http");
    const auto line = std::string(to_string(request.method)) + " " + blank_(request.url);
    const auto method = watcher_.method();
    if (method == "load_for_instance") watcher_.add(rule::load_sends_nothing, line);
    if (method == "generate_room_url") watcher_.add(rule::url_sends_nothing, line);
    if (blank_(request.url) != request.url) watcher_.add(rule::secrets, line);
    if (request.response_limit > most_answer)
        watcher_.add(rule::answer_limits, line + ": " + std::to_string(request.response_limit));
    look_for_people(request);
}

void strict_http::stop_if_cancelled() {
    if (has_cancelled_) {
        ++tried_after_;
        throw core_communication::task_cancelled();
    }
    if (!left_until_cancelled_) return;
    if ((*left_until_cancelled_)-- > 0) return;
    has_cancelled_ = true;
    cancellation_.request(true);
    throw core_communication::task_cancelled();
}

bool strict_http::goes_to_own_server(const http_request& request) {
    try {
        if (origins_.contains(service::origin_of(request.url))) return true;
    } catch (const provider_error&) {  // no address at all
    }
    watcher_.add(rule::own_servers, blank_(request.url));
    exchanges_.push_back({request.method, request.url, std::nullopt, failure::invalid, false});
    return false;
}

http_response strict_http::send(const http_request& request) {
    look_at(request);
    stop_if_cancelled();
    if (!goes_to_own_server(request)) throw foreign_server();
    exchange sent{request.method, request.url, std::nullopt, std::nullopt, request.repeatable.value_or(false)};
    try {
        auto answer = behind_->send(request);
        sent.status = answer.status;
        exchanges_.push_back(std::move(sent));
        return answer;
    } catch (const provider_error& failed) {
        sent.failure = failed.kind();
        exchanges_.push_back(std::move(sent));
        throw;
    }
}

void strict_http::send_all(std::span<const http_request> requests,
                           const std::function<void(std::size_t index, const http_outcome&)>& on_outcome) {
    std::vector<http_request> allowed;
    std::vector<std::size_t> indexes;
    for (std::size_t index = 0; index < requests.size(); ++index) {
        look_at(requests[index]);
        stop_if_cancelled();
        if (goes_to_own_server(requests[index])) {
            allowed.push_back(requests[index]);
            indexes.push_back(index);
        } else {
            http_outcome outcome;
            outcome.error = foreign_server();
            on_outcome(index, outcome);
        }
    }
    behind_->send_all(allowed, [&](std::size_t at, const http_outcome& outcome) {
        exchange sent{allowed[at].method, allowed[at].url, std::nullopt, std::nullopt,
                      allowed[at].repeatable.value_or(false)};
        if (outcome.response) sent.status = outcome.response->status;
        if (outcome.error) sent.failure = outcome.error->kind();
        exchanges_.push_back(std::move(sent));
        on_outcome(indexes[at], outcome);
    });
}

}  // namespace commhost::worker::validator
