// What a probe child reports, into whose pipe the plugin may have written.

#include "expectation.hpp"
#include "plugin/prober.hpp"
#include "target.hpp"

#include <stdexcept>

namespace commhost::fuzz {

void run(std::string_view input) {
    plugin::probe_report read;
    try {
        read = plugin::probe_report_of(input);
    } catch (const std::invalid_argument&) {  // no report, and said so
        return;
    }
    const auto written = plugin::to_json(read);
    expect(written.find('\n') == std::string::npos, "a report is one line");
    const auto back = plugin::probe_report_of(written);
    expect(plugin::to_json(back) == written, "a report goes through a pipe and the store unchanged");
    expect(back.capabilities == read.capabilities && back.output == read.output &&
               back.refusal.has_value() == read.refusal.has_value(),
           "a report that was written is the same");
    if (!read.refusal) return;
    expect_line(read.refusal->text(), "a refusal");
    expect_line(read.refusal->advice(), "a refusal's advice");
}

}  // namespace commhost::fuzz
