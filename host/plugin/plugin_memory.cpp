#include "plugin/plugin_memory.hpp"

#include "plugin/quarantine.hpp"
#include "store/json_rows.hpp"

#include <utility>

namespace commhost::plugin {

using store::column;

namespace {

std::string table_of_names(store::connection& on) {
    return store::json_rows::table(on.dialect(), ":rows", {{"name", column::text}});
}

std::string table_of_roots(store::connection& on) {
    return store::json_rows::table(on.dialect(), ":rows", {{"name", column::text}, {"root", column::text}});
}

}  // namespace

plugin_memory remembered_plugins(store::connection& on) {
    plugin_memory known;
    for (auto& [name, disabled, version, missing_since, root] :
         on.query<std::string, bool, std::int64_t, std::optional<store::milliseconds_utc>, std::string>(
             "select name, disabled, version, missing_since, root from plugin_state"))
        known.emplace(std::move(name), remembered_plugin{disabled, version, missing_since, std::move(root)});
    return known;
}

bool is_remembered(store::connection& on, std::string_view name) {
    return on.scalar<std::string>("select name from plugin_state where name = :name", {{"name", name}}).has_value();
}

void note_seen(store::connection& on, std::span<const plugin_entry> plugins, const plugin_memory& known) {
    store::json_rows fresh;
    store::json_rows back;
    store::json_rows moved;
    for (const auto& entry : plugins) {
        const auto before = known.find(entry.name);
        if (before == known.end() && is_sound(entry.state)) fresh.add(entry.name, entry.root.string());
        if (before != known.end() && before->second.root != entry.root.string())
            moved.add(entry.name, entry.root.string());
        if (before != known.end() && before->second.missing_since) back.add(entry.name);
    }
    if (!fresh.empty())
        on.execute("insert into plugin_state (name, version, root) select r.name, 0, r.root from " +
                       table_of_roots(on) + " r where 1 = 1 on conflict (name) do nothing",
                   {{"rows", fresh.json()}});
    if (!back.empty())
        on.execute("update plugin_state set missing_since = null where name in (select r.name from " +
                       table_of_names(on) + " r)",
                   {{"rows", back.json()}});
    if (!moved.empty())
        on.execute("update plugin_state set root = (select r.root from " + table_of_roots(on) +
                       " r where r.name = plugin_state.name) where name in (select r.name from " + table_of_roots(on) +
                       " r)",
                   {{"rows", moved.json()}});
}

void note_missing(store::connection& on, std::span<const std::string> names, store::milliseconds_utc now) {
    if (names.empty()) return;
    store::json_rows rows;
    for (const auto& name : names) rows.add(name);
    on.execute(
        "update plugin_state set missing_since = :now where missing_since is null and name in (select r.name from " +
            table_of_names(on) + " r)",
        {{"rows", rows.json()}, {"now", now}});
}

void set_disabled(store::connection& on, std::string_view name, bool disabled) {
    on.execute(R"(insert into plugin_state (name, disabled, version) values (:name, :disabled, 0)
                  on conflict (name) do update set disabled = excluded.disabled)",
               {{"name", name}, {"disabled", disabled}});
}

void note_begun(store::connection& on, std::string_view name, std::int64_t version) {
    on.execute("update plugin_state set version = :version where name = :name and version < :version",
               {{"name", name}, {"version", version}});
}

void set_version_in_use(store::connection& on, std::string_view name, std::int64_t version) {
    on.execute(R"(insert into plugin_state (name, version) values (:name, :version)
                  on conflict (name) do update set version = excluded.version)",
               {{"name", name}, {"version", version}});
}

bool forget_plugin(store::connection& on, std::string_view name) {
    end_quarantine(on, name);
    return on.execute("delete from plugin_state where name = :name", {{"name", name}}) > 0;
}

}  // namespace commhost::plugin
