#pragma once

#include <core_communication/api.hpp>

namespace core_communication::inline v1 {

/// Tells a plugin that its task is to stop: the host is shutting down, or the task's deadline has passed. The http
/// service obeys it by itself; a loop without requests asks now and then.
class CORE_COMMUNICATION_API cancellation {
  public:
    virtual ~cancellation();

    /// Whether the task is to stop; once true it stays true. [any thread]
    virtual bool requested() const noexcept = 0;

    /// Throws task_cancelled when requested() is true. [any thread]
    void throw_if_requested() const;
};

}  // namespace core_communication::inline v1
