#include "roster/strict_json.hpp"

#include "message/error.hpp"
#include "roster/codes.hpp"
#include "text/strict_json.hpp"

#include <boost/json.hpp>

#include <utility>
#include <variant>

namespace commhost::roster {

boost::json::value parse_strict_json(std::string_view document, const std::string& file) {
    auto parsed = text::parse_strict_json(document);
    if (const auto* fault = std::get_if<text::json_fault>(&parsed)) {
        const auto place = file + ":" + std::to_string(fault->line);
        if (fault->what == text::json_fault::kind::encoding) throw message::error(ROSTER_ENCODING, {{"place", place}});
        throw message::error(ROSTER_JSON, {{"place", place}, {"reason", fault->reason}});
    }
    return std::get<boost::json::value>(std::move(parsed));
}

}  // namespace commhost::roster
