#include "communication/halving.hpp"

#include "message/error.hpp"

#include <exception>
#include <new>
#include <optional>

namespace commhost::communication {

namespace {

using core_communication::failure;
using core_communication::provider_error;
using core_communication::user_id;

bool blames_people(failure kind) {
    return kind == failure::rejected || kind == failure::conflict || kind == failure::invalid;
}

/// Of the exception that is being handled; empty when it is nobody's fault.
std::optional<provider_error> refusal_in_flight() {
    try {
        throw;
    } catch (const provider_error& failed) {
        return blames_people(failed.kind()) ? std::optional(failed) : std::nullopt;
    } catch (const core_communication::task_cancelled&) {
        return std::nullopt;
    } catch (const message::error&) {  // of the host's own functions, which the plugin called
        return std::nullopt;
    } catch (const std::bad_alloc&) {
        return std::nullopt;
    } catch (const std::exception& failed) {  // as provider_error.hpp promises
        return provider_error(failure::invalid, failed.what());
    } catch (...) {
        return provider_error(failure::invalid, message::phrase("reason_threw_no_exception"));
    }
}

/// Empty when it got through.
std::optional<provider_error> refusal_of(std::span<const user_id> users, const bulk_call& call) {
    try {
        call.make(users);
        return std::nullopt;
    } catch (...) {
        auto refused = refusal_in_flight();
        if (!refused) throw;
        return refused;
    }
}

}  // namespace

void call_in_halves(std::span<const user_id> users, const bulk_call& call) {
    if (users.empty()) return;
    const auto refused = refusal_of(users, call);
    if (!refused) return;
    const auto left = call.undecided(users);
    if (users.size() == 1) {
        for (const auto culprit : left) call.refuse(culprit, *refused);
        return;
    }
    const auto all = std::span<const user_id>(left);
    call_in_halves(all.first(all.size() / 2), call);
    call_in_halves(all.subspan(all.size() / 2), call);
}

}  // namespace commhost::communication
