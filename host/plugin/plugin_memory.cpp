#include "plugin/plugin_memory.hpp"

#include "store/json_rows.hpp"

#include <utility>

namespace commhost::plugin {

using store::column;

plugin_memory remembered_plugins(store::connection& on) {
    plugin_memory known;
    for (auto& [name, disabled, version] :
         on.query<std::string, bool, std::int64_t>("select name, disabled, version from plugin_state"))
        known.emplace(std::move(name), remembered_plugin{disabled, version});
    return known;
}

bool is_remembered(store::connection& on, std::string_view name) {
    return on.scalar<std::string>("select name from plugin_state where name = :name", {{"name", name}}).has_value();
}

void note_seen(store::connection& on, std::span<const plugin_entry> plugins, const plugin_memory& known) {
    store::json_rows rows;
    for (const auto& entry : plugins) {
        if (entry.state != plugin_state::enabled) continue;
        const auto before = known.find(entry.name);
        if (before == known.end() || before->second.version != entry.manifest->version)
            rows.add(entry.name, entry.manifest->version);
    }
    if (rows.empty()) return;
    on.execute(
        "insert into plugin_state (name, version) select r.name, r.version from " +
            store::json_rows::table(on.dialect(), ":rows", {{"name", column::text}, {"version", column::integer}}) +
            " r where 1 = 1 on conflict (name) do update set version = excluded.version",
        {{"rows", rows.json()}});
}

void set_disabled(store::connection& on, std::string_view name, bool disabled) {
    on.execute(R"(insert into plugin_state (name, disabled, version) values (:name, :disabled, 0)
                  on conflict (name) do update set disabled = excluded.disabled)",
               {{"name", name}, {"disabled", disabled}});
}

bool forget_plugin(store::connection& on, std::string_view name) {
    return on.execute("delete from plugin_state where name = :name", {{"name", name}}) > 0;
}

}  // namespace commhost::plugin
