#include "cli/finding.hpp"

#include <string_view>

namespace commhost::cli {

namespace {

using core_communication::diagnosis_outcome;

std::string_view word_for(diagnosis_outcome outcome) {
    switch (outcome) {
        case diagnosis_outcome::passed: return "passed";
        case diagnosis_outcome::warning: return "warning";
        case diagnosis_outcome::failed: return "failed";
        case diagnosis_outcome::skipped: return "skipped";
    }
    return "failed";
}

}  // namespace

finding finding_of(const std::string& plugin, const core_communication::diagnosis& found) {
    return {plugin, found.id, std::string(word_for(found.outcome)), found.found, found.advice};
}

finding failed_with(const std::string& subject, message::code code, const message::arguments& arguments) {
    const auto& catalogue = message::catalogue::current();
    return {subject, std::string(code.id()), "failed", catalogue.text(code, arguments),
            catalogue.advice(code, arguments)};
}

}  // namespace commhost::cli
