// The value of a setting, as an admin writes it. Parts: the setting's type, with an 'L' behind it for one with limits and a
// pattern; the value.

#include "expectation.hpp"
#include "plugin/settings_schema.hpp"
#include "target.hpp"
#include "text/utf8.hpp"

#include <array>
#include <optional>
#include <string>

namespace commhost::fuzz {

namespace {

using plugin::setting;
using plugin::setting_type;

std::optional<setting> setting_named(std::string_view name) {
    while (name.ends_with('\n')) name.remove_suffix(1);
    const bool limited = name.ends_with('L');
    if (limited) name.remove_suffix(1);
    for (const auto type : {setting_type::text, setting_type::url, setting_type::integer, setting_type::duration,
                            setting_type::boolean, setting_type::choice, setting_type::secret, setting_type::list}) {
        if (plugin::to_string(type) != name) continue;
        setting made;
        made.name = "setting";
        made.type = type;
        if (type == setting_type::choice) made.choices = {{"invite", "label"}, {"public", "label"}};
        if (!limited) return made;
        made.lowest = 2;
        made.highest = 8;
        if (type == setting_type::text || type == setting_type::secret || type == setting_type::list)
            made.pattern = "[a-z0-9_äß-]+";
        return made;
    }
    return std::nullopt;
}

void check_limits(const setting& as, const plugin::setting_content& content) {
    if (!as.lowest) return;
    std::int64_t measure = *as.lowest;
    if (const auto* text = std::get_if<std::string>(&content);
        text != nullptr && (as.type == setting_type::text || as.type == setting_type::secret))
        measure = static_cast<std::int64_t>(text::code_points(*text).value_or(0));
    if (const auto* number = std::get_if<std::int64_t>(&content)) measure = *number;
    if (const auto* duration = std::get_if<std::chrono::seconds>(&content)) measure = duration->count();
    if (const auto* elements = std::get_if<std::vector<std::string>>(&content))
        measure = static_cast<std::int64_t>(elements->size());
    expect(measure >= *as.lowest && measure <= *as.highest, "a value keeps its limits");
}

}  // namespace

void run(std::string_view input) {
    const auto parts = parts_of(input);
    if (parts.size() < 2) return;
    const auto as = setting_named(parts[0]);
    if (!as) return;
    const auto text = parts[1];

    plugin::setting_content content;
    const auto refused = refusal_of([&] { content = plugin::parse_setting(*as, text); }, {"name"});
    constexpr std::size_t telling = 8;  // shorter ones may stand in the sentence by chance
    if (as->type == setting_type::secret && text.size() >= telling && !refused.empty())
        expect(refused.find(text) == std::string::npos, "a refusal never repeats a secret");
    if (!refused.empty()) return;

    const bool reference =
        as->type == setting_type::secret && (text.starts_with("file:") || text.starts_with("env:") ||
                                             text.starts_with("credential:") || text.starts_with("sealed:"));
    if (!reference) check_limits(*as, content);
    const auto written = plugin::text_of(content);
    expect(as->type == setting_type::secret || text::code_points(written).has_value(), "a value is UTF-8");
    expect(plugin::parse_setting(*as, written) == content, "a value that is stored is read the same");
    expect(plugin::text_of(plugin::parse_setting(*as, written)) == written, "a value has one text");
}

}  // namespace commhost::fuzz
