#pragma once

#include "communication/policy.hpp"
#include "plugin/registry.hpp"
#include "plugin/secrets.hpp"
#include "plugin/setting_store.hpp"
#include "plugin/setting_values.hpp"
#include "service/http_client.hpp"
#include "service/log.hpp"
#include "store/clock.hpp"
#include "store/database.hpp"
#include "task/queue.hpp"
#include "task/window.hpp"
#include "worker/probe_process.hpp"

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::worker {

/// Of the worker processes of one provider.
struct worker_limits {
    /// How many at the same time; a second one begins when more rooms are due than one does at the same time.
    int most = 1;
    std::chrono::milliseconds age{std::chrono::hours(24)};  ///< After this, another one takes its place.
    /// And with so much memory of its own, not counting what it shares with others. At twice as much it is killed.
    std::int64_t memory_mib = 1024;
    /// A room that takes longer costs its worker, and is tried again.
    std::chrono::milliseconds deadline{std::chrono::minutes(30)};
    /// How long one that gives no sign of life keeps its rooms, where nobody on its machine sees that it is dead.
    std::chrono::milliseconds lease{std::chrono::seconds(60)};
};

/// What an admin configures, after files, environment and flags were put together.
struct host_settings {
    std::string database;                             ///< See store::database.
    std::filesystem::path key_file;                   ///< See plugin::secrets.
    std::vector<std::filesystem::path> plugin_roots;  ///< See plugin::discovery_settings.
    std::vector<uid_t> plugin_owners;                 ///< Who may own plugins besides root and the service's user.
    plugin::trust_settings plugin_trust;
    std::vector<std::string> required_plugins;  ///< While one of these cannot be used, no worker begins.
    std::string default_provider;               ///< For instances that the roster gives none; may be empty.
    /// In which plugins' texts about rooms, reasons that are stored and the service's log are written, the best first.
    std::vector<std::string> languages{"en"};
    /// Where an admin's own texts are (plugin::language_overrides); empty for none.
    std::filesystem::path lang_folder;
    service::log_settings log;
    service::http_settings http;
    communication::policy members;
    /// How many rooms one worker does at the same time: twice what is under way at one server, since a room is not always waiting
    /// for it.
    int rooms_at_once = 16;
    worker_limits workers;
    std::chrono::milliseconds synchronise_every{
        std::chrono::hours(24)};                                         ///< How often every room is read and repaired.
    task::window synchronise_within;                                     ///< When that may begin.
    std::chrono::milliseconds audit_keep{std::chrono::hours(24 * 400)};  ///< How long rows of the audit are kept.
    /// The configuration's and the environment's values of plugin settings, by the plugin's name.
    std::map<std::string, plugin::setting_texts, std::less<>> configured;
    std::map<std::string, plugin::setting_texts, std::less<>> from_environment;
};

/// The parts of the host that every process of it needs, put together. Opening it makes the tables of a new
/// database; an older one is refused (upgrade.hpp). Loads no plugin. Any thread.
class host {
  public:
    /// probe: commhost-probe. Throws message::error (STORE_...).
    explicit host(host_settings settings, std::filesystem::path probe = probe_program());

    const host_settings& settings() const { return settings_; }
    store::database& database() { return database_; }
    const store::clock& clock() const { return database_.clock(); }
    service::log& log() { return log_; }
    task::queue& queue() { return queue_; }
    plugin::setting_store& stored_settings() { return stored_settings_; }
    const plugin::secrets& secrets() const { return secrets_; }
    plugin::registry& registry() { return registry_; }

    /// Ends the looks of the registry that are going on, by core_communication::task_cancelled, and those to come.
    void stop_probes() const { prober_.stop(); }

    /// The site settings of a plugin from all their places. Throws message::error (SETTING_VALUE, SETTING_UNKNOWN).
    std::vector<plugin::effective_setting> site_settings(const plugin::plugin_entry& of);

  private:
    host_settings settings_;
    store::system_clock file_clock_;
    service::log log_;
    store::database database_;
    task::queue queue_;
    plugin::secrets secrets_;
    plugin::setting_store stored_settings_;
    probe_process prober_;
    plugin::registry registry_;
};

}  // namespace commhost::worker
