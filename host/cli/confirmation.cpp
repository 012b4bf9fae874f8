#include "cli/confirmation.hpp"

#include "cli/codes.hpp"
#include "cli/command_line.hpp"
#include "message/catalogue.hpp"
#include "message/error.hpp"

#include <unistd.h>

#include <iostream>
#include <string>

namespace commhost::cli {

void confirm(const std::string& question, bool given) {
    if (given) return;
    if (::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1) {
        std::cerr << question << ' ' << message::phrase("confirmation_ask") << ' ' << std::flush;
        std::string answer;
        std::getline(std::cin, answer);
        if (answer == message::phrase("confirmation_yes")) return;
    }
    throw message::error(CLI_NOT_CONFIRMED, {{"question", question}});
}

void require_reason(const std::string& reason) {
    if (reason.find_first_not_of(" \t\r\n") == std::string::npos) wrong_usage_of(message::phrase("usage_reason_empty"));
}

}  // namespace commhost::cli
