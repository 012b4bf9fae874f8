#pragma once

#include <core_communication/api.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

namespace core_communication::inline v1 {

/// Why a provider could not do its work. The kind decides what the host does next.
enum class failure : std::uint8_t {
    unavailable,   ///< The server is not reached or not ready. Tried again later; no attempt is counted.
    rate_limited,  ///< The server asked to wait. Tried again after the wait; no attempt is counted.
    unauthorised,  ///< Our own token or its rights are not enough. Shown to the admin; tried again later.
    rejected,      ///< The server understood and refuses. An attempt is counted.
    conflict,      ///< Something of that name is there and belongs to somebody else. An attempt is counted.
    invalid,       ///< The answer makes no sense, or what we were to send cannot be sent. An attempt is counted.
};

/// What a method of a provider throws when it cannot do its work. "Already as wanted" is success and throws nothing.
/// Anything else that leaves a plugin is treated as failure::invalid with the text of the exception.
class CORE_COMMUNICATION_API provider_error : public std::runtime_error {
  public:
    /// reason: one English sentence for the admin, without a full stop and without secrets.
    provider_error(failure kind, const std::string& reason);

    /// A failure::rate_limited with the time that the server asked for.
    provider_error(std::chrono::milliseconds wait, const std::string& reason);

    /// A copy, as an exception needs it.
    provider_error(const provider_error&);
    /// A copy, as an exception needs it.
    provider_error& operator=(const provider_error&);
    ~provider_error() override;

    /// What the host goes by. [any thread]
    failure kind() const noexcept;

    /// Only of failure::rate_limited, and only when the server named a time. [any thread]
    std::optional<std::chrono::milliseconds> wait() const noexcept;

  private:
    failure kind_;
    std::optional<std::chrono::milliseconds> wait_;
};

/// "unavailable", "rate_limited", ...; "unknown" for a number that is none of them. [any thread]
CORE_COMMUNICATION_API const char* to_string(failure kind) noexcept;

/// Thrown by cancellation::throw_if_requested and by the http service once the task is to stop. Let it pass.
class CORE_COMMUNICATION_API task_cancelled : public std::runtime_error {
  public:
    task_cancelled();
    /// A copy, as an exception needs it.
    task_cancelled(const task_cancelled&);
    /// A copy, as an exception needs it.
    task_cancelled& operator=(const task_cancelled&);
    ~task_cancelled() override;
};

}  // namespace core_communication::inline v1
