#pragma once

#include "plugin/migrations.hpp"
#include "plugin/registry.hpp"
#include "plugin_fixtures.hpp"
#include "worker/probe_process.hpp"

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace commhost::test {

class still_clock final : public store::clock {
  public:
    store::milliseconds_utc now() const override { return time; }

    store::milliseconds_utc time = 1'000'000'000'000;
};

/// Counts, and does the real thing.
class counting_prober final : public plugin::prober {
  public:
    plugin::probe_report probe(const plugin::sealed_library& library) const override {
        const auto name = library.file().parent_path().filename().string();
        {
            const std::lock_guard lock(mutex_);
            probed.push_back(name);
        }
        if (before) before();
        return name == "hangs_on_load" || name == "ignores_signals" ? short_.probe(library) : real_.probe(library);
    }

    mutable std::vector<std::string> probed;
    std::function<void()> before;  ///< Between the last check of a plugin and its being loaded.

  private:
    mutable std::mutex mutex_;
    worker::probe_process real_{test::probe_child};
    worker::probe_process short_{test::probe_child, {.time = std::chrono::milliseconds(500)}};
};

/// A registry over two roots, which sees no time pass.
struct registry_fixture {
    registry_fixture() {
        store::migrate(*database, plugin::migrations());
        std::filesystem::create_directory(root);
    }

    plugin::registry registry(const plugin::prober& with) {
        return {
            {{root, second_root}, *plugin::parse_host_version("0.1.0"), {::geteuid()}}, trust, *database, with, clock};
    }
    plugin::registry registry() { return registry(prober); }

    void enable(std::string_view name) { registry().enable(*database->borrow(), name); }
    void disable(std::string_view name) { registry().disable(*database->borrow(), name); }

    test_database database;
    temporary_folder folder;
    std::filesystem::path root = folder.path() / "provider";
    std::filesystem::path second_root = folder.path() / "second";
    plugin::trust_settings trust;
    counting_prober prober;
    still_clock clock;
};

}  // namespace commhost::test
