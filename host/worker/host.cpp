#include "worker/host.hpp"

#include "store/migration.hpp"
#include "worker/tables.hpp"
#include "worker/version.hpp"

#include <unistd.h>

#include <utility>

namespace commhost::worker {

namespace {

std::vector<uid_t> plugin_owners(const host_settings& settings) {
    auto owners = settings.plugin_owners;
    owners.push_back(::geteuid());
    return owners;
}

}  // namespace

host::host(host_settings settings, std::filesystem::path probe)
    : settings_(std::move(settings)), log_(settings_.log), database_(settings_.database),
      queue_(database_, database_.clock(), {.lease = settings_.workers.lease, .deadline = settings_.workers.deadline}),
      secrets_(settings_.key_file), stored_settings_(secrets_), prober_(std::move(probe)),
      registry_({settings_.plugin_roots, own_version(), plugin_owners(settings_)}, settings_.plugin_trust, database_,
                prober_, database_.clock(), file_clock_) {
    store::prepare(database_, all_migrations());
}

std::vector<plugin::effective_setting> host::site_settings(const plugin::plugin_entry& of) {
    std::vector<plugin::setting_layer> layers{stored_settings_.site(*database_.borrow(), of.component)};
    for (const auto& [origin, all] : {std::pair(plugin::setting_origin::configuration, &settings_.configured),
                                      std::pair(plugin::setting_origin::environment, &settings_.from_environment)}) {
        const auto found = all->find(of.name);
        if (found != all->end()) layers.push_back({origin, found->second});
    }
    return plugin::effective_settings(of.component, of.settings.site, layers);
}

}  // namespace commhost::worker
