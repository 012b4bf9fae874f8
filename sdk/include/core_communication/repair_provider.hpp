#pragma once

#include <core_communication/api.hpp>
#include <core_communication/diagnostic_provider.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace core_communication::inline v1 {

/// Something at the server that the plugin can set right by itself. Since 1.1.
struct repair_offer {
    std::string id;      ///< Of the diagnosis that it sets right; see diagnosis::id.
    std::string change;  ///< One sentence for the admin, who is asked before: what is changed on the server.
};

/// The capability of setting right what diagnose() found, for a class that has diagnostic_provider. There is no room: see
/// processor::id. Since 1.1.
class CORE_COMMUNICATION_API repair_provider {
  public:
    virtual ~repair_provider();

    /// Which of what was found can be set right, at most one offer for each diagnosis. Offers only what an admin may want
    /// done without looking at it themselves: what is lacking for this plugin's own account or client, and nothing that is
    /// people's. Changes nothing on the server. found: all that diagnose() of this object has returned. Throws nothing but
    /// task_cancelled. [provider thread]
    virtual std::vector<repair_offer> offer_repairs(std::span<const diagnosis> found) = 0;

    /// Sets it right, looks again, and tells what is found now, as diagnose() does: an outcome of passed says that it is
    /// done. Called only after the admin has agreed to the offer of that id, in another object than the one that made it; what is
    /// right already is left as it is, so that it may be called again. A refusal of the server is a diagnosis as well: throws
    /// nothing but task_cancelled. An id that this plugin never offers is answered with an outcome of skipped.
    /// [provider thread]
    virtual diagnosis repair(std::string_view id) = 0;

  protected:
    repair_provider() = default;
    repair_provider(const repair_provider&) = delete;
    repair_provider& operator=(const repair_provider&) = delete;
};

}  // namespace core_communication::inline v1
