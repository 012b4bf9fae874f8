#pragma once

#include "communication/provider_interfaces.hpp"
#include "plugin/loader.hpp"
#include "plugin/setting_values.hpp"
#include "plugin/strings.hpp"
#include "worker/host.hpp"

#include <string>
#include <string_view>

namespace commhost::worker {

/// One provider, loaded into this process with its settings as they are now. Any thread.
class provider_in_use {
  public:
    /// Throws message::error: WORKER_PROVIDER (not there or not enabled), SETTING_..., SECRET_..., PLUGIN_...
    provider_in_use(host& of, std::string_view name);

    /// One that was looked at and is sound. Throws likewise.
    provider_in_use(host& of, plugin::plugin_entry sound);

    const plugin::plugin_entry& entry() const { return entry_; }
    const plugin::setting_values& site_settings() const { return site_settings_; }
    const plugin::plugin_strings& strings() const { return strings_; }

    /// The settings of one room: what the roster gives, which is no secret, then what an admin set.
    plugin::setting_values room_settings(core_communication::communication_id room, std::string_view from_roster) const;

    plugin::provider create() const { return plugin_.create(); }

  private:
    host& host_;
    plugin::plugin_entry entry_;
    plugin::setting_values site_settings_;
    plugin::plugin_strings strings_;
    plugin::loaded_plugin plugin_;
};

}  // namespace commhost::worker
