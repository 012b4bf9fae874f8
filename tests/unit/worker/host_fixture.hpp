#pragma once

#include "test_database.hpp"
#include "text/descriptor.hpp"
#include "text/file_content.hpp"
#include "worker/host.hpp"

#include <fcntl.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace commhost::test {

/// A host whose plugins are those that the test says were found; its log is in a file.
struct host_fixture {
    worker::host& host() {
        if (!opened_) {
            settings.database = database_.location();
            settings.key_file = folder_.path() / "host.key";
            settings.lang_folder = folder_.path() / "lang";
            opened_.emplace(settings, "/nowhere/commhost-probe");
            opened_->log().write_to(log_file_.number());
        }
        return *opened_;
    }

    plugin::plugin_entry& find(std::string name, plugin::plugin_state state = plugin::plugin_state::enabled) {
        auto& entry = found.plugins.emplace_back();
        entry.component = "communication_" + name;
        entry.name = std::move(name);
        entry.state = state;
        entry.manifest.emplace().version = 1;
        return entry;
    }

    void hold(std::string_view name, store::milliseconds_utc until) {
        host().database().borrow()->execute(
            "insert into plugin_quarantine (name, version, crashes, since, until, reason) "
            "values (:name, 1, 2, 1, :until, 'killed')",
            {{"name", name}, {"until", until}});
    }

    /// How often the log has this code.
    int logged(std::string_view code) const {
        const auto text = text::read_file(folder_.path() / "log", 1'000'000);
        int times = 0;
        for (auto at = text.find(code); at != std::string::npos; at = text.find(code, at + 1)) ++times;
        return times;
    }

    worker::host_settings settings;
    plugin::plugin_set found;

  private:
    temporary_folder folder_;
    test_database database_;
    text::descriptor log_file_{::open((folder_.path() / "log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600)};
    std::optional<worker::host> opened_;
};

}  // namespace commhost::test
