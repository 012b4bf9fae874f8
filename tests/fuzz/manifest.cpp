// A plugin's version.json.

#include "plugin/manifest.hpp"

#include "expectation.hpp"
#include "memory_file.hpp"
#include "plugin/name.hpp"
#include "target.hpp"

#include <algorithm>

namespace commhost::fuzz {

void run(std::string_view input) {
    const memory_file file(input);
    plugin::manifest read;
    plugin::manifest again;
    const auto refused = refusal_of([&] { read = plugin::read_manifest(file.path()); }, {"file"});
    expect(refused == refusal_of([&] { again = plugin::read_manifest(file.path()); }, {"file"}),
           "a manifest is refused twice alike");
    if (!refused.empty()) return;

    expect(read.component == again.component && read.version == again.version && read.release == again.release &&
               read.capabilities == again.capabilities && read.dependencies.size() == again.dependencies.size(),
           "a manifest is read twice alike");
    expect(plugin::name_of_component(read.component).has_value(), "a component has a plugin's name in it");
    expect(read.version > 0 && !read.release.empty() && !read.description.empty(), "a manifest says all it has to");
    expect(std::adjacent_find(read.capabilities.begin(), read.capabilities.end()) == read.capabilities.end(),
           "no capability stands twice");
    if (read.supported)
        expect(!std::is_gt(compare(read.supported->first, read.supported->second)), "supported goes upwards");
    expect(plugin::parse_host_version(read.requires_host.text()).has_value(), "a version written is a version");
    for (const auto& each : read.dependencies)
        expect(plugin::name_of_component(each.component).has_value(), "a dependency is a component");
    for (const auto& each : read.external_data) expect(!each.fields.empty(), "data that leaves has fields");
}

}  // namespace commhost::fuzz
