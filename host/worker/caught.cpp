#include "worker/caught.hpp"

#include "communication/codes.hpp"
#include "message/error.hpp"
#include "worker/blame.hpp"
#include "worker/codes.hpp"

#include <core_communication/cancellation.hpp>
#include <core_communication/provider_error.hpp>

#include <exception>
#include <optional>

namespace commhost::worker {

task::failure caught(const std::string& provider, store::milliseconds_utc now) {
    try {
        throw;
    } catch (const core_communication::task_cancelled&) {
        const message::error why(WORKER_BROKE_OFF, {{"provider", provider}});
        return {"invalid", why.text(), true};
    } catch (const core_communication::provider_error& failed) {
        const auto kind = failed.kind();
        const message::error why(communication::ROOM_PROVIDER_ERROR,
                                 {{"kind", core_communication::to_string(kind)}, {"reason", failed.what()}});
        std::optional<store::milliseconds_utc> earliest;
        if (failed.wait()) earliest = now + failed.wait()->count();
        return {core_communication::to_string(kind), why.text(), counts(kind), earliest, is_outage(kind)};
    } catch (const message::error& failed) {
        return {std::string(failed.code().id()), failed.text(), counts(failed.code())};
    } catch (const std::exception& failed) {
        return {"invalid", failed.what(), true};
    } catch (...) {
        return {"invalid", message::phrase("reason_threw_no_exception"), true};
    }
}

}  // namespace commhost::worker
