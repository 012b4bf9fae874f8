#include "cli/cause_words.hpp"

#include "message/catalogue.hpp"

namespace commhost::cli {

std::string cause_in_words(std::string_view cause) {
    const auto space = cause.find(' ');
    const auto word = cause.substr(0, space);
    const std::string of(space == std::string_view::npos ? std::string_view() : cause.substr(space + 1));
    if (word == "import" && !of.empty()) return message::phrase("cause_import", {{"number", of}});
    if (word == "import") return message::phrase("cause_import_unnumbered");
    if (word == "plan") return message::phrase("cause_plan", {{"digest", of}});
    if (word == "approval") return message::phrase("cause_approval", {{"number", of}});
    if (word == "discard") return message::phrase("cause_discard", {{"number", of}});
    if (word == "undo") return message::phrase("cause_undo", {{"what", cause_in_words(of)}});
    if (word == "redo") return message::phrase("cause_redo", {{"what", cause_in_words(of)}});
    return std::string(cause);
}

}  // namespace commhost::cli
