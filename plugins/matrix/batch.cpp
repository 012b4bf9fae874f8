#include "batch.hpp"

#include "answer.hpp"

namespace communication_matrix {

using core_communication::failure;
using core_communication::http_outcome;
using core_communication::provider_error;

void send_for_each(core_communication::processor& processor, std::span<const core_communication::http_request> requests,
                   std::span<const core_communication::user_id> users,
                   const std::function<void(std::size_t, const core_communication::http_response&)>& on_answer) {
    send_all(processor, requests, on_answer, [&](std::size_t index, const provider_error& error) {
        processor.mark_user_as_failed(users[index], error);
    });
}

void send_all(core_communication::processor& processor, std::span<const core_communication::http_request> requests,
              const std::function<void(std::size_t, const core_communication::http_response&)>& on_answer,
              const std::function<void(std::size_t, const provider_error&)>& on_error, lost_answers* lost) {
    std::optional<provider_error> for_all;
    processor.http().send_all(requests, [&](std::size_t index, const http_outcome& outcome) {
        if (outcome.response && !refuses_us(*outcome.response)) {
            on_answer(index, *outcome.response);
            return;
        }
        if (lost != nullptr && !outcome.response && outcome.error->kind() == failure::unavailable) {
            lost->indices.push_back(index);
            lost->why = *outcome.error;
            return;
        }
        const auto error = outcome.response ? failure_of(*outcome.response, "work for us") : *outcome.error;
        if (!concerns_all(error))
            on_error(index, error);
        else if (!for_all)
            for_all = error;
    });
    if (for_all) throw provider_error(*for_all);
}

bool concerns_all(const provider_error& error) {
    return error.kind() == failure::unavailable || error.kind() == failure::rate_limited ||
           error.kind() == failure::unauthorised;
}

bool refuses_us(const core_communication::http_response& answer) {
    if (answer.status == 401 || errcode_of(answer) == errcode::resource_limit_exceeded) return true;
    // Synapse, rest/admin/_base.py, assert_user_is_admin; the errcode alone (M_FORBIDDEN) does not tell.
    return answer.status == 403 && answer.body.find("You are not a server admin") != std::string::npos;
}

}  // namespace communication_matrix
