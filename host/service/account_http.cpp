#include "message/error.hpp"
#include "service/codes.hpp"
#include "service/http_address.hpp"
#include "service/http_client.hpp"
#include "service/http_engine.hpp"
#include "service/http_kind.hpp"
#include "service/secret_blanker.hpp"
#include "text/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <utility>

namespace commhost::service {

namespace {

using core_communication::failure;
using core_communication::http_outcome;
using core_communication::http_request;
using core_communication::http_response;
using core_communication::log_level;
using core_communication::provider_error;

/// In bytes (http_request::touches_room).
constexpr std::size_t longest_room_name = 1000;

/// A token of RFC 9110, section 5.6.2.
bool is_header_name(std::string_view name) {
    constexpr std::string_view allowed =
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    return !name.empty() && name.find_first_not_of(allowed) == std::string_view::npos;
}

bool is_header_value(std::string_view value) {
    using namespace std::string_view_literals;
    return value.find_first_of("\r\n\0"sv) == std::string_view::npos;
}

/// What decides where a request goes and where it ends is not the plugin's to say twice.
bool is_reserved(std::string_view name) {
    constexpr std::string_view reserved[] = {"host", "content-length", "transfer-encoding", "connection", "upgrade"};
    return std::any_of(std::begin(reserved), std::end(reserved),
                       [&](std::string_view one) { return text::lower(name) == one; });
}

void check_headers(const http_request& request) {
    for (const auto& [name, value] : request.headers) {
        if (!is_header_name(name))
            throw provider_error(failure::invalid, "the name of a header has characters that none may have");
        if (is_reserved(name)) throw provider_error(failure::invalid, "the header " + name + " is the host's to set");
        if (!is_header_value(value))
            throw provider_error(failure::invalid,
                                 "the value of the header " + name + " has characters that none may have");
    }
    if (!is_header_value(request.content_type))
        throw provider_error(failure::invalid, "the content type has characters that none may have");
}

http_lane_id lane_of(const http_request& request, const std::string& origin) {
    std::string account = origin;
    for (const auto& [name, value] : request.headers)
        if (text::lower(name) == "authorization") account += '\n' + value;
    return http_lane_id{std::hash<std::string>{}(account)};
}

std::string told(std::string_view origin, const http_finding& found) {
    const auto milliseconds = [](std::chrono::microseconds time) {
        return std::chrono::duration<double, std::milli>(time).count();
    };
    return fmt::format(
        "{} is sent {} requests at once now, {} of them in one room: it answers after {:.1f} ms, after {:.1f} ms "
        "at best",
        origin, found.at_once, found.at_once_in_room, milliseconds(found.latency), milliseconds(found.best_latency));
}

}  // namespace

class account_http::implementation {
  public:
    implementation(http_engine& engine, const http_account& account, service::stop stop, core_communication::logger& to)
        : engine_(engine), stop_(std::move(stop)), log_(to), blank_(account.secrets),
          log_requests_(account.log_requests) {
        for (const auto& address : account.addresses) {
            if (address.empty()) continue;
            try {
                origins_.push_back(origin_of(address));
            } catch (const provider_error& wrong) {
                throw message::error(SERVICE_ADDRESS,
                                     {{"address", blank_(shown_url(address))}, {"reason", wrong.what()}});
            }
        }
    }

    /// Sends what may be sent and calls on_outcome for each request.
    template <class OnOutcome>
    void send(std::span<const http_request> requests, OnOutcome&& on_outcome) {
        stop_.throw_if_requested();
        std::deque<http_job> jobs;
        std::vector<std::pair<std::size_t, provider_error>> wrong;
        for (std::size_t index = 0; index < requests.size(); ++index) {
            try {
                jobs.push_back(job_for(requests[index], index));
            } catch (const provider_error& error) {
                wrong.emplace_back(index, error);
            }
        }
        http_batch batch(engine_.implementation_->loop, requests, std::move(jobs), stop_);
        for (const auto& [index, error] : wrong) {
            http_outcome outcome;
            outcome.error = provider_error(error.kind(), described(requests[index], error.what()));
            on_outcome(index, std::move(outcome));
        }
        for (http_event event; batch.next(event);) {
            const auto& request = requests[event.index];
            record(request, event);
            if (event.is_last()) on_outcome(event.index, outcome_of(request, event));
        }
    }

  private:
    http_job job_for(const http_request& request, std::size_t index) const {
        const auto origin = origin_of(request.url);
        if (std::find(origins_.begin(), origins_.end(), origin) == origins_.end())
            throw provider_error(failure::invalid, "the address is of no server that the plugin's settings name");
        check_headers(request);
        if (request.touches_room.size() > longest_room_name)
            throw provider_error(failure::invalid, "the name of the room that the request touches is too long");
        http_job job;
        job.index = index;
        job.origin = http_origin_id{std::hash<std::string>{}(origin)};
        job.lane = lane_of(request, origin);
        job.kind = kind_of(request);
        if (!request.touches_room.empty())
            job.room = http_room_id{std::hash<std::string>{}(origin + '\n' + request.touches_room)};
        return job;
    }

    http_outcome outcome_of(const http_request& request, http_event& event) const {
        http_outcome outcome;
        if (event.what == http_event::kind::answered) {
            outcome.response = std::move(event.response);
        } else if (event.failure == failure::rate_limited) {
            outcome.error = provider_error(event.wait, described(request, event.reason));
        } else {
            outcome.error = provider_error(event.failure, described(request, event.reason));
        }
        return outcome;
    }

    std::string described(const http_request& request, std::string_view reason) const {
        return blank_(fmt::format("{} {}: {}", to_string(request.method), shown_url(request.url), reason));
    }

    void record(const http_request& request, const http_event& event) {
        // Without the path, which may name a person: those are for level debug.
        if (event.what == http_event::kind::told_to_wait)
            log_.log(log_level::info, fmt::format("{} asked this account to wait for {} ms", origin_of(request.url),
                                                  event.wait.count()));
        if (event.news) log_.log(log_level::info, told(origin_of(request.url), *event.news));
        if (!log_requests_) return;
        std::string line = event.status == 0 ? "no answer" : fmt::to_string(event.status);
        line += fmt::format(", {} bytes, {} ms", event.cost.bytes_received, event.cost.milliseconds);
        if (!event.reason.empty()) line += ", " + event.reason;
        if (event.what == http_event::kind::tried_again) line += fmt::format(", again in {} ms", event.wait.count());
        log_.log(log_level::debug, described(request, line));
    }

    http_engine& engine_;
    service::stop stop_;
    core_communication::logger& log_;
    secret_blanker blank_;
    bool log_requests_;
    std::vector<std::string> origins_;
};

account_http::account_http(http_engine& engine, const http_account& account, service::stop stop,
                           core_communication::logger& to)
    : implementation_(std::make_unique<implementation>(engine, account, std::move(stop), to)) {}

account_http::~account_http() = default;

http_response account_http::send(const http_request& request) {
    http_outcome answer;
    implementation_->send({&request, 1}, [&answer](std::size_t, http_outcome outcome) { answer = std::move(outcome); });
    if (answer.error) throw provider_error(*answer.error);
    return std::move(answer.response).value_or(http_response{});
}

void account_http::send_all(std::span<const http_request> requests,
                            const std::function<void(std::size_t index, const http_outcome&)>& on_outcome) {
    implementation_->send(requests, on_outcome);
}

}  // namespace commhost::service
