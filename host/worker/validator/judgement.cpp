#include "worker/validator/judgement.hpp"

#include <string>

namespace commhost::worker::validator {

void judge_ending(const call_result& each, verdict& found) {
    const std::string method(to_string(each.which));
    if (each.threw) found.fail("validate_threw", {{"method", method}, {"reason", *each.threw}});
    if (each.cancelled) found.fail("validate_cancelled_itself", {{"method", method}});
    if (each.refused && each.which == validator::method::generate_room_url)
        found.fail("validate_url_threw", {{"reason", each.refused->what()}});
}

void judge_diagnosis_writes(const call_result& each, verdict& found) {
    for (const auto& sent : each.exchanges)
        if (sent.is_write(true))
            found.fail("validate_diagnose_wrote",
                       {{"request", std::string(core_communication::to_string(sent.method)) + " " + sent.url}});
}

}  // namespace commhost::worker::validator
