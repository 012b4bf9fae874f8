#pragma once

#include <core_communication/diagnostic_provider.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace commhost::worker {

/// What a child that asked a plugin about its server tells: what it found, or why it found nothing.
struct diagnosis_report {
    std::vector<core_communication::diagnosis> found;
    std::string error;  ///< Empty: there is none.
};

/// A report as one line of JSON, and back; it goes through a pipe that the plugin may write into as well.
/// diagnosis_report_of throws std::invalid_argument for what is no such text. Its words are fit for a terminal
/// (text::printable) and have at most 1,000 characters each.
std::string to_json(const diagnosis_report& report);
diagnosis_report diagnosis_report_of(std::string_view json);

}  // namespace commhost::worker
