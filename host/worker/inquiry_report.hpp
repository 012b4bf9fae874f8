#pragma once

#include <core_communication/diagnostic_provider.hpp>
#include <core_communication/privacy_provider.hpp>
#include <core_communication/repair_provider.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace commhost::worker {

/// What a child that asked a plugin (inquiry.hpp) tells: what the plugin found, offers or holds, or why it told nothing.
struct inquiry_report {
    std::vector<core_communication::diagnosis> found;
    std::vector<core_communication::repair_offer> offers;
    std::vector<core_communication::personal_record> records;
    std::string error;  ///< Empty: there is none.
};

/// A report as one line of JSON, and back; it goes through a pipe that the plugin may write into as well. The words of
/// diagnoses and offers, records' names and the error are fit for a terminal (text::printable) and have at most 1,000 characters each;
/// the content of a record is the text of a JSON value of any size.
/// to_json throws std::invalid_argument for a content that is none, inquiry_report_of for what is no such text.
std::string to_json(const inquiry_report& report);
inquiry_report inquiry_report_of(std::string_view json);

}  // namespace commhost::worker
