#pragma once

#include <core_communication/http_service.hpp>
#include <core_communication/processor.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace communication_matrix {

/// Sends one request for each of several people, and tells what concerns one person from what concerns all.
///
/// on_answer is called for each answer, as it comes in. An error of the connection or of the account (unavailable,
/// rate_limited, unauthorised) is nobody's fault: those people stay unmarked, and the first such error is thrown when
/// the batch is through. Any other error fails the one person.
void send_for_each(core_communication::processor& processor, std::span<const core_communication::http_request> requests,
                   std::span<const core_communication::user_id> users,
                   const std::function<void(std::size_t index, const core_communication::http_response&)>& on_answer);

/// Requests that may have been done though the server said nothing (unavailable).
struct lost_answers {
    std::vector<std::size_t> indices;
    std::optional<core_communication::provider_error> why;  ///< Of one of them.
};

/// The same where an error of one request fails nobody: on_error gets it. lost gets, where somebody wants to know, those whose answer was
/// lost, which is then not thrown.
void send_all(core_communication::processor& processor, std::span<const core_communication::http_request> requests,
              const std::function<void(std::size_t index, const core_communication::http_response&)>& on_answer,
              const std::function<void(std::size_t index, const core_communication::provider_error&)>& on_error,
              lost_answers* lost = nullptr);

/// Whether the error is about the server or our account as a whole, and not about one person or room.
bool concerns_all(const core_communication::provider_error& error);

/// Whether an answer says that our token is refused or lacks the rights for everybody, or that the server takes nobody more.
bool refuses_us(const core_communication::http_response& answer);

}  // namespace communication_matrix
