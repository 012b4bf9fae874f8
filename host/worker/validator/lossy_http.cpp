#include "worker/validator/lossy_http.hpp"

#include "worker/validator/strict_http.hpp"

#include <algorithm>
#include <vector>

namespace commhost::worker::validator {

using core_communication::http_outcome;
using core_communication::http_request;
using core_communication::http_response;
using core_communication::provider_error;

void lossy_http::lose(std::optional<std::size_t> number, kind of) {
    left_ = number;
    kind_ = of;
    has_lost_ = false;
}

http_request lossy_http::limited(http_request request) const {
    request.timeout = std::min(request.timeout, longest_);
    return request;
}

http_response lossy_http::send(const http_request& request) {
    auto answer = behind_.send(limited(request));
    const bool counts = kind_ == kind::any || is_write(request.method);
    if (!left_ || !counts || (*left_)-- > 0) return answer;
    left_.reset();
    has_lost_ = true;
    throw provider_error(core_communication::failure::unavailable, "the answer was lost, as the validator wanted it");
}

void lossy_http::send_all(std::span<const http_request> requests,
                          const std::function<void(std::size_t index, const http_outcome&)>& on_outcome) {
    if (!left_) {
        std::vector<http_request> batch;
        for (const auto& each : requests) batch.push_back(limited(each));
        behind_.send_all(batch, on_outcome);
        return;
    }
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

}  // namespace commhost::worker::validator
