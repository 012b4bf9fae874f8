// What a diagnose child reports, into whose pipe the plugin may have written.

#include "worker/diagnosis_report.hpp"

#include "expectation.hpp"
#include "target.hpp"

#include <stdexcept>

namespace commhost::fuzz {

void run(std::string_view input) {
    worker::diagnosis_report read;
    try {
        read = worker::diagnosis_report_of(input);
    } catch (const std::invalid_argument&) {  // no report, and said so
        return;
    }
    expect(read.found.empty() || read.error.empty(), "a child found something or says why not");
    for (const auto& each : read.found) {
        expect_line(each.id, "a diagnosis' id");
        expect_line(each.found, "what a diagnosis found");
        expect_line(each.advice, "a diagnosis' advice");
    }
    expect_line(read.error, "why a child found nothing");
    const auto back = worker::diagnosis_report_of(worker::to_json(read));
    expect(worker::to_json(back) == worker::to_json(read), "a report goes through a pipe unchanged");
}

}  // namespace commhost::fuzz
