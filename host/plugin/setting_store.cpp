#include "plugin/setting_store.hpp"

#include "store/json_rows.hpp"

namespace commhost::plugin {

namespace {

setting_layer layer_of(std::vector<std::tuple<std::string, std::string>>&& rows) {
    setting_layer layer{setting_origin::stored, {}};
    for (auto& [name, text] : rows) layer.values.emplace(std::move(name), std::move(text));
    return layer;
}

/// What to store for a value that an admin gave.
std::string checked(std::string_view component, const std::vector<setting>& schema, std::string_view name,
                    std::string_view text, const secrets& seal_with) {
    const auto* declared = find_setting(schema, name);
    if (declared == nullptr) refuse_unknown(component, schema, name);
    auto whole = text_of(parse_setting(*declared, text));
    if (declared->type != setting_type::secret) return whole;
    secrets::check_form(whole);
    if (secrets::is_reference(whole)) return whole;
    return seal_with.seal(purpose_of(component, name), whole);
}

}  // namespace

setting_layer setting_store::site(store::connection& on, std::string_view component) const {
    return layer_of(on.query<std::string, std::string>(
        "select name, value from plugin_setting where component = :component", {{"component", component}}));
}

void setting_store::set_site(store::connection& on, std::string_view component, const std::vector<setting>& schema,
                             std::string_view name, std::string_view text) const {
    const auto value = checked(component, schema, name, text, secrets_);
    on.execute(R"(insert into plugin_setting (component, name, value) values (:component, :name, :value)
                                   on conflict (component, name) do update set value = excluded.value)",
               {{"component", component}, {"name", name}, {"value", value}});
}

bool setting_store::unset_site(store::connection& on, std::string_view component, std::string_view name) const {
    return on.execute("delete from plugin_setting where component = :component and name = :name",
                      {{"component", component}, {"name", name}}) > 0;
}

setting_layer setting_store::room(store::connection& on, core_communication::communication_id room) const {
    return layer_of(on.query<std::string, std::string>(
        "select name, value from plugin_room_setting where communication_id = :room", {{"room", room}}));
}

void setting_store::set_room(store::connection& on, std::string_view component,
                             core_communication::communication_id room, const std::vector<setting>& schema,
                             std::string_view name, std::string_view text) const {
    const auto value = checked(component, schema, name, text, secrets_);
    on.execute(R"(insert into plugin_room_setting (communication_id, name, value)
                                   values (:room, :name, :value)
                                   on conflict (communication_id, name) do update set value = excluded.value)",
               {{"room", room}, {"name", name}, {"value", value}});
}

bool setting_store::unset_room(store::connection& on, core_communication::communication_id room,
                               std::string_view name) const {
    return on.execute("delete from plugin_room_setting where communication_id = :room and name = :name",
                      {{"room", room}, {"name", name}}) > 0;
}

std::vector<std::string> setting_store::room_values(store::connection& on, std::string_view name) const {
    std::vector<std::string> values;
    for (auto& [value] :
         on.query<std::string>("select distinct value from plugin_room_setting where name = :name", {{"name", name}}))
        values.push_back(std::move(value));
    return values;
}

void setting_store::forget_rooms(store::connection& on,
                                 std::span<const core_communication::communication_id> rooms) {
    store::json_rows rows;
    for (const auto room : rooms) rows.add(room);
    on.execute("delete from plugin_room_setting where communication_id in (select r.id from " +
                   store::json_rows::table(on.dialect(), ":rows", {{"id", store::column::integer}}) + " r)",
               {{"rows", rows.json()}});
}

void setting_store::forget_site(store::connection& on, std::string_view component) const {
    on.execute("delete from plugin_setting where component = :component", {{"component", component}});
}

}  // namespace commhost::plugin
