// A plugin's settings.json.

#include "plugin/settings_schema.hpp"

#include "expectation.hpp"
#include "memory_file.hpp"
#include "plugin/name.hpp"
#include "target.hpp"

#include <set>

namespace commhost::fuzz {

namespace {

void check(const std::vector<plugin::setting>& settings) {
    std::set<std::string> names;
    for (const auto& each : settings) {
        expect(plugin::is_name(each.name), "a setting has a name");
        expect(names.insert(each.name).second, "no setting stands twice");
        expect(!each.label.empty() && !each.help.empty(), "a setting has a label and a help text");
        expect(!each.lowest || !each.highest || *each.lowest <= *each.highest, "limits go upwards");
        expect((each.type == plugin::setting_type::choice) == !each.choices.empty(), "a choice has choices");
        if (!each.default_value) continue;
        expect(!each.required && each.type != plugin::setting_type::secret,
               "a default is of a setting that may have one");
        expect(plugin::text_of(plugin::parse_setting(each, *each.default_value)) == *each.default_value,
               "a default is a value of its setting");
    }
}

}  // namespace

void run(std::string_view input) {
    const memory_file file(input);
    plugin::settings_schema read;
    const auto refused = refusal_of([&] { read = plugin::read_settings_schema(file.path()); }, {"file"});
    plugin::settings_schema again;
    expect(refused == refusal_of([&] { again = plugin::read_settings_schema(file.path()); }, {"file"}),
           "a schema is refused twice alike");
    expect(read.site.size() == again.site.size() && read.room.size() == again.room.size(),
           "a schema is read twice alike");
    check(read.site);
    check(read.room);
}

}  // namespace commhost::fuzz
