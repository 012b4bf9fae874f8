#pragma once

#include <boost/json/error.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace communication_matrix {

/// How deep the JSON of an answer is read; what is nested deeper, which is nothing of ours, comes as null. Boost's parser and its
/// values are recursive, and an event of 64 KiB (client-server API, "Size limits") has room for tens of thousands of arrays in each
/// other. Synapse itself, by the recursion limit of Python's json module, stores no event that is as deep as this; so what is
/// read and written back, as power levels are, is whole.
inline constexpr std::size_t deepest_json = 1000;

/// Gives text to take part by part, with null in the place of what is too deep. at: where the part begins in text; more: whether
/// another part follows. Ends early when take returns false. Returns false when something too deep does not end; the
/// last part is not given then.
bool feed_bounded(std::string_view text,
                  const std::function<bool(std::string_view part, std::size_t at, bool more)>& take);

/// The value of a whole document so bounded; null with failed set when it is none.
boost::json::value parse_bounded(std::string_view text, boost::json::error_code& failed);

/// The text of a field; empty where there is none, or it is no text.
std::string text_in(const boost::json::object& object, std::string_view field);

}  // namespace communication_matrix
