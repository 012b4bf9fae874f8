// What a child that asked a plugin reports, into whose pipe the plugin may have written.

#include "worker/inquiry_report.hpp"

#include "expectation.hpp"
#include "target.hpp"

#include <boost/json.hpp>

#include <stdexcept>

namespace commhost::fuzz {

void run(std::string_view input) {
    worker::inquiry_report read;
    try {
        read = worker::inquiry_report_of(input);
    } catch (const std::invalid_argument&) {  // no report, and said so
        return;
    }
    expect((read.found.empty() && read.offers.empty() && read.records.empty()) || read.error.empty(),
           "a child found something or says why not");
    for (const auto& each : read.records) {
        expect_line(each.name, "a record's name");
        boost::json::parse(each.content);  // throws for what is no JSON
    }
    for (const auto& each : read.found) {
        expect_line(each.id, "a diagnosis' id");
        expect_line(each.found, "what a diagnosis found");
        expect_line(each.advice, "a diagnosis' advice");
    }
    for (const auto& each : read.offers) {
        expect_line(each.id, "an offer's id");
        expect_line(each.change, "what an offer changes");
    }
    expect_line(read.error, "why a child found nothing");
    const auto back = worker::inquiry_report_of(worker::to_json(read));
    expect(worker::to_json(back) == worker::to_json(read), "a report goes through a pipe unchanged");
}

}  // namespace commhost::fuzz
