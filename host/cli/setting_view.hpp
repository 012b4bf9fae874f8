#pragma once

#include "cli/output.hpp"
#include "plugin/plugin_entry.hpp"
#include "plugin/setting_values.hpp"
#include "worker/host.hpp"

#include <boost/json.hpp>

#include <string>

namespace commhost::cli {

/// A plugin's settings as an admin reads them: in the plugin's own words, in the reader's language.
class setting_view {
  public:
    /// of: with a manifest and strings. Both outlive it.
    setting_view(const worker::host& host, const plugin::plugin_entry& of);

    /// What it is, in a few words.
    std::string label(const plugin::setting& of) const { return text(of.label); }

    /// Its value, or that it lacks one; never a secret.
    static std::string value(const plugin::effective_setting& of);

    /// For people: all there is to know of it.
    void print(const output& to, const plugin::effective_setting& of) const;

    boost::json::object to_json(const plugin::effective_setting& of) const;

  private:
    std::string text(const std::string& key) const;

    plugin::plugin_strings strings_;
};

}  // namespace commhost::cli
