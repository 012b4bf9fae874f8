#include "service/http_answer.hpp"

#include <boost/json.hpp>
#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

namespace commhost::service {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds longest_wait = std::chrono::hours(24);

/// Seconds since 1970 of a date in any of the forms that HTTP allows.
std::optional<std::time_t> date_of(std::string_view text) {
    const auto date = ::curl_getdate(std::string(text).c_str(), nullptr);
    return date < 0 ? std::nullopt : std::optional(date);
}

std::optional<milliseconds> from_header(const core_communication::http_response& answer,
                                        std::chrono::system_clock::time_point now) {
    const auto text = header_of(answer, "retry-after");
    if (text.empty()) return std::nullopt;
    if (text.find_first_not_of("0123456789") == std::string_view::npos) {
        std::uint32_t seconds = 0;
        const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
        return read.ec == std::errc() ? milliseconds(std::int64_t{1000} * seconds) : longest_wait;
    }
    const auto until = date_of(text);
    if (!until) return std::nullopt;
    const auto said = date_of(header_of(answer, "date"));
    // Limited before it becomes milliseconds, which have no room for the years that a date may name.
    const std::chrono::seconds wait(*until - said.value_or(std::chrono::system_clock::to_time_t(now)));
    return std::min<std::chrono::seconds>(wait, std::chrono::duration_cast<std::chrono::seconds>(longest_wait));
}

std::optional<milliseconds> from_body(std::string_view body) {
    constexpr std::size_t longest_error = 64U << 10U;
    if (body.size() > longest_error) return std::nullopt;
    boost::system::error_code failed;
    const auto document = boost::json::parse(body, failed);
    if (failed || !document.is_object()) return std::nullopt;
    const auto* field = document.get_object().if_contains("retry_after_ms");
    if (field == nullptr || !field->is_number()) return std::nullopt;
    const auto asked = field->to_number<double>();
    if (!std::isfinite(asked)) return std::nullopt;
    return milliseconds(static_cast<std::int64_t>(std::clamp(asked, 0.0, static_cast<double>(longest_wait.count()))));
}

/// Whether the header says the body's time in whole seconds, as a server does that knows it to the millisecond.
bool is_rounded_up(milliseconds header, milliseconds exact) {
    return exact > milliseconds(0) && exact <= header && header - exact <= std::chrono::seconds(1);
}

}  // namespace

std::string_view header_of(const core_communication::http_response& answer, std::string_view name) {
    const auto found = std::find_if(answer.headers.begin(), answer.headers.end(),
                                    [&](const auto& header) { return header.first == name; });
    return found == answer.headers.end() ? std::string_view() : std::string_view(found->second);
}

std::optional<milliseconds> wait_asked_for(const core_communication::http_response& answer,
                                           std::chrono::system_clock::time_point now) {
    auto asked = from_header(answer, now);
    const auto exact = from_body(answer.body);
    if (!asked || (exact && is_rounded_up(*asked, *exact))) asked = exact;
    if (!asked) return std::nullopt;
    return std::clamp(*asked, milliseconds(0), longest_wait);
}

bool may_repeat(const core_communication::http_request& request) {
    using enum core_communication::http_method;
    return request.repeatable.value_or(request.method == get || request.method == put || request.method == delete_);
}

}  // namespace commhost::service
