#pragma once

#include <boost/json/value.hpp>

#include <functional>
#include <string_view>

namespace communication_matrix {

/// Calls on_element for each element of the JSON array that text is, in order, and keeps only one of them in memory at
/// a time. What is nested too deep comes as null (bounded_json.hpp). Throws provider_error (invalid) when text is not one whole, well-formed array; elements before the fault
/// have been handed over then.
void for_each_element(std::string_view text, const std::function<void(const boost::json::value&)>& on_element);

}  // namespace communication_matrix
