#pragma once

#include "plugin/loader.hpp"
#include "plugin/manifest.hpp"
#include "plugin/settings_schema.hpp"
#include "plugin/strings.hpp"
#include "text/descriptor.hpp"
#include "worker/validator/belongings.hpp"
#include "worker/validator/method.hpp"
#include "worker/validator/order.hpp"
#include "worker/validator/reporter.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace commhost::worker::validator {

/// What a test in a child has to work with: the plugin, loaded, and its order. Any thread, once it is made.
class stage {
  public:
    /// Loads the plugin from content. has_network: whether it gets sockets. Throws message::error (JSON_..., PLUGIN_...) and
    /// what own_belongings throws.
    stage(validator::order order, text::descriptor content, reporter& to, bool has_network);

    const validator::order& order() const { return order_; }
    reporter& report() { return reporter_; }

    const plugin::loaded_plugin& plugin() const { return *plugin_; }
    /// Without what other programs took of the processor.
    std::chrono::milliseconds load_time() const { return load_time_; }
    const plugin::manifest& manifest() const { return manifest_; }
    const plugin::settings_schema& schema() const { return schema_; }
    const std::shared_ptr<const plugin::string_tables>& strings() const { return strings_; }

    /// What one object of it is found to have. The object lasts as long as this: whether it can be destroyed is a test's question.
    const plugin::capability_list& capabilities() const { return capabilities_; }
    bool can(plugin::capability which) const { return plugin::has(capabilities_, which); }

    /// Whether the plugin has it and the order does not leave it out. Without create_chat_room there is nothing for those that
    /// need a room.
    bool tries(method which) const;

    /// The fields of people that external_data names.
    std::set<std::string> declared_fields() const;

    bool has_network() const { return has_network_; }

    /// What the process had before the plugin was loaded.
    const belongings& before_load() const { return before_load_; }

  private:
    belongings before_load_ = own_belongings();
    validator::order order_;
    reporter& reporter_;
    plugin::manifest manifest_;
    plugin::settings_schema schema_;
    std::shared_ptr<const plugin::string_tables> strings_;
    std::unique_ptr<const plugin::loaded_plugin> plugin_;
    bool has_network_;
    std::chrono::milliseconds load_time_{0};
    std::optional<plugin::provider> looked_at_;
    plugin::capability_list capabilities_;
};

}  // namespace commhost::worker::validator
