#pragma once

#include "plugin/secrets.hpp"
#include "plugin/setting_values.hpp"
#include "plugin/settings_schema.hpp"
#include "store/database.hpp"

#include <core_communication/identity.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::plugin {

/// The values that admins set (table plugin_setting) and that rooms were given (plugin_room_setting). Any thread.
/// Everything throws message::error (STORE_...).
class setting_store {
  public:
    setting_store(store::database& database, const secrets& seal_with) : database_(database), secrets_(seal_with) {}

    /// The stored values of a component, as a layer for effective_settings.
    setting_layer site(std::string_view component) const;

    /// Checks and stores a value; a secret that is no reference is sealed. schema: settings_schema::site.
    /// Throws SETTING_UNKNOWN, SETTING_VALUE, SECRET_KEY.
    void set_site(std::string_view component, const std::vector<setting>& schema, std::string_view name,
                  std::string_view text);

    /// Back to the default. Returns whether there was a value. Takes names the schema no longer has.
    bool unset_site(std::string_view component, std::string_view name);

    /// Likewise for one room. schema: settings_schema::room. component: of the room's provider.
    setting_layer room(core_communication::communication_id room) const;
    void set_room(std::string_view component, core_communication::communication_id room,
                  const std::vector<setting>& schema, std::string_view name, std::string_view text);
    bool unset_room(core_communication::communication_id room, std::string_view name);

    /// Forgets all of a room's values: it is gone.
    void forget_room(core_communication::communication_id room);

  private:
    store::database& database_;
    const secrets& secrets_;
};

}  // namespace commhost::plugin
