#pragma once

#include <core_communication/api.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace core_communication::inline v1 {

/// What came of looking at one thing.
enum class diagnosis_outcome : std::uint8_t {
    passed,   ///< As it should be.
    warning,  ///< It will work, and the admin should know something.
    failed,   ///< It will not work.
    skipped,  ///< Not looked at, because of what was found before.
};

/// One thing that was looked at.
struct diagnosis {
    std::string id;  ///< Stable, for scripts: "token", "rate_limit". Lower case, digits and '_'.
    diagnosis_outcome outcome = diagnosis_outcome::passed;  ///< What came of it.
    std::string found;                                      ///< One sentence: what the server said.
    std::string advice;                                     ///< What the admin should do; empty when passed.
};

/// The capability of telling an admin whether the real server will do what it is needed for. There is no room: see
/// processor::id.
class CORE_COMMUNICATION_API diagnostic_provider {
  public:
    virtual ~diagnostic_provider();

    /// Looks at address, token, permissions and limits of the server, cheapest first, and changes nothing there. Throws
    /// nothing but task_cancelled: a server that is away is a diagnosis. [provider thread]
    virtual std::vector<diagnosis> diagnose() = 0;

  protected:
    diagnostic_provider() = default;
    diagnostic_provider(const diagnostic_provider&) = delete;
    diagnostic_provider& operator=(const diagnostic_provider&) = delete;
};

}  // namespace core_communication::inline v1
