#include "roster/forgetting.hpp"

#include <boost/json.hpp>

#include <string>

namespace commhost::roster {

namespace {

/// What stands in a text of JSON that names the person, as a pattern of LIKE whose escape character is '!'.
std::string pattern_of(std::string_view external_id) {
    std::string pattern = "%";
    for (const char each : boost::json::serialize(boost::json::string(external_id))) {
        if (each == '%' || each == '_' || each == '!') pattern += '!';
        pattern += each;
    }
    return pattern + "%";
}

}  // namespace

void forget_person(store::connection& within, std::string_view external_id) {
    const auto named = pattern_of(external_id);
    within.execute("delete from roster_undo where changes like :named escape '!'", {{"named", named}});
    within.execute("delete from roster_held where changes like :named escape '!' or was like :named escape '!'",
                   {{"named", named}});
}

}  // namespace commhost::roster
