#include "worker/validator/judgement.hpp"

#include "communication/leavers.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

namespace commhost::worker::validator {

void judge_ending(const call_result& each, verdict& found) {
    const std::string method(to_string(each.which));
    if (each.threw) found.fail("validate_threw", {{"method", method}, {"reason", *each.threw}});
    if (each.cancelled) found.fail("validate_cancelled_itself", {{"method", method}});
    if (each.for_leavers && !communication::is_standing(*each.for_leavers))
        found.fail("validate_leavers_word", {{"word", *each.for_leavers}});
    if (each.refused && each.which == validator::method::generate_room_url)
        found.fail("validate_url_threw", {{"reason", each.refused->what()}});
}

void judge_diagnosis_writes(const call_result& each, verdict& found) {
    for (const auto& sent : each.exchanges)
        if (sent.is_write(true))
            found.fail("validate_diagnose_wrote",
                       {{"method", std::string(to_string(each.which))},
                        {"request", std::string(core_communication::to_string(sent.method)) + " " + sent.url}});
}

void judge_offers(const call_result& each, verdict& found) {
    std::set<std::string_view> offered;
    for (const auto& [id, change] : each.offers) {
        const bool is_found = std::any_of(each.findings.begin(), each.findings.end(),
                                          [&, &id = id](const auto& finding) { return finding.id == id; });
        if (!is_found || change.empty() || !offered.insert(id).second)
            found.fail("validate_offer", {{"id", id}, {"change", change}});
    }
}

bool can(const stage& on, plugin::capability which, verdict& found) {
    if (on.can(which)) return true;
    found.skip("validate_no_capability", {{"capability", std::string(to_string(which))}});
    return false;
}

void expect_no_write(const call_result& step, verdict& found, bool reads_same) {
    for (const auto& each : step.exchanges)
        if (each.is_write(reads_same))
            found.fail("validate_wrote", {{"method", std::string(to_string(step.which))},
                                          {"request", std::string(to_string(each.method)) + " " + each.url}});
}

}  // namespace commhost::worker::validator
