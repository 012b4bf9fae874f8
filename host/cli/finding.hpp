#pragma once

#include "message/catalogue.hpp"
#include "message/error.hpp"

#include <core_communication/diagnostic_provider.hpp>

#include <string>

namespace commhost::cli {

/// One line of the doctor's report. outcome: "passed", "warning", "failed" or "skipped".
struct finding {
    std::string subject, id, outcome, found, advice;
};

/// What a plugin has found.
finding finding_of(const std::string& plugin, const core_communication::diagnosis& found);

/// What the host says itself.
finding failed_with(const std::string& subject, message::code code, const message::arguments& arguments);

}  // namespace commhost::cli
