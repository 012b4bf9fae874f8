#pragma once

#include "directory/change_set.hpp"

#include <boost/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace commhost::roster {

// The records of the directory as JSON, each on its own, and back: what plans, held changes and changes to be undone are
// written with. from_json throws std::exception of several types where a field is missing or of another type, which
// whoever knows the file makes a message of.

boost::json::value to_json(const std::string& text);
boost::json::object to_json(const directory::instance_key& key);
boost::json::object to_json(const directory::membership_key& key);
boost::json::object to_json(const directory::picture& picture);
boost::json::object to_json(const directory::user_record& user);
boost::json::object to_json(const directory::instance_record& instance);
boost::json::object to_json(const directory::membership_record& membership);

void from_json(const boost::json::value& value, std::string& into);
void from_json(const boost::json::value& value, directory::instance_key& into);
void from_json(const boost::json::value& value, directory::membership_key& into);
void from_json(const boost::json::value& value, directory::picture& into);
void from_json(const boost::json::value& value, directory::user_record& into);
void from_json(const boost::json::value& value, directory::instance_record& into);
void from_json(const boost::json::value& value, directory::membership_record& into);

template <class Key>
boost::json::object to_json(const directory::absence_of<Key>& absent) {
    boost::json::object result{{"key", to_json(absent.key)}, {"reads", absent.absence.reads}};
    if (absent.absence.since) result["since"] = *absent.absence.since;
    return result;
}

template <class Key>
void from_json(const boost::json::value& value, directory::absence_of<Key>& into) {
    from_json(value.at("key"), into.key);
    into.absence.reads = value.at("reads").as_int64();
    if (const auto* since = value.as_object().if_contains("since")) into.absence.since = since->as_int64();
}

}  // namespace commhost::roster
