#pragma once

#include "plugin/secrets.hpp"
#include "plugin/setting_values.hpp"
#include "plugin/settings_schema.hpp"
#include "store/connection.hpp"

#include <core_communication/identity.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::plugin {

/// The values that admins set (table plugin_setting) and that rooms were given (plugin_room_setting). Each function works on
/// the caller's connection, so that a room and its settings can be one transaction. Any thread.
/// Everything throws message::error (STORE_...).
class setting_store {
  public:
    explicit setting_store(const secrets& seal_with) : secrets_(seal_with) {}

    /// The stored values of a component, as a layer for effective_settings.
    setting_layer site(store::connection& on, std::string_view component) const;

    /// Checks and stores a value; a secret that is no reference is sealed. schema: settings_schema::site.
    /// Throws SETTING_UNKNOWN, SETTING_VALUE, SECRET_REFERENCE (its form alone), SECRET_KEY.
    void set_site(store::connection& on, std::string_view component, const std::vector<setting>& schema,
                  std::string_view name, std::string_view text) const;

    /// Back to the default. Returns whether there was a value. Takes names the schema no longer has.
    bool unset_site(store::connection& on, std::string_view component, std::string_view name) const;

    /// Likewise for one room. schema: settings_schema::room. component: of the room's provider.
    setting_layer room(store::connection& on, core_communication::communication_id room) const;
    void set_room(store::connection& on, std::string_view component, core_communication::communication_id room,
                  const std::vector<setting>& schema, std::string_view name, std::string_view text) const;
    bool unset_room(store::connection& on, core_communication::communication_id room, std::string_view name) const;

    /// Every value of this name that some room has, whatever its provider.
    std::vector<std::string> room_values(store::connection& on, std::string_view name) const;

    /// Forgets all values of these rooms: they are gone.
    static void forget_rooms(store::connection& on, std::span<const core_communication::communication_id> rooms);

    /// Forgets all values of a component that an admin set: its plugin is gone.
    void forget_site(store::connection& on, std::string_view component) const;

  private:
    const secrets& secrets_;
};

}  // namespace commhost::plugin
