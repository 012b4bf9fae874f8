#include "worker/validator/validation.hpp"

#include "message/error.hpp"
#include "plugin/folder_files.hpp"
#include "plugin/manifest.hpp"
#include "plugin/name.hpp"
#include "plugin/plugin_entry.hpp"
#include "plugin/settings_schema.hpp"
#include "worker/validator/order.hpp"
#include "worker/validator/sandbox.hpp"
#include "worker/validator/world.hpp"
#include "worker/version.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace commhost::worker::validator {

namespace {

/// The value, or none where it throws what a test of its own tells.
template <class Read>
auto if_readable(Read&& read) -> std::optional<decltype(read())> {
    try {
        return read();
    } catch (const message::error&) {
        return std::nullopt;
    }
}

/// One run over a plugin.
class run {
  public:
    explicit run(const validation_options& options) : options_(options) {
        files_.folder = plugin::resolved_path(options.folder);
        const auto name = files_.folder.filename().string();
        files_.component = plugin::component_of(name);
        files_.host = own_version();
        try {
            files_.library.emplace(plugin::library_in(files_.folder));
        } catch (const message::error&) {  // which the binary's own test tells
        }
        result_.plugin = name;
        result_.seed = options.seed;
        if (const auto manifest = if_readable([&] { return plugin::read_manifest(files_.folder / "version.json"); }))
            result_.release = manifest->release;
        order_.folder = files_.folder;
        order_.component = files_.component;
        order_.seed = options.seed;
        order_.ca_file = options.http.ca_file;
        order_.proxy = options.http.proxy;
        const auto schema = if_readable([&] { return plugin::read_settings_schema(files_.folder / "settings.json"); });
        if (!schema) return;
        order_.settings = options.settings ? read_given_settings(*options.settings, files_.component, *schema)
                                           : made_up_settings(*schema);
        for (const auto each : worlds_in_memory) order_.worlds.emplace_back(to_string(each));
    }

    validation all(const std::function<void(const tested&)>& on_test) {
        for (const auto& each : every_test()) {
            if (!options_.only.empty() && !options_.only.contains(std::string(each.id))) continue;
            result_.tests.push_back({&each, one(each)});
            const auto& done = result_.tests.back();
            outcomes_.emplace(each.id, done.found.what());
            // Where it crashed once it would crash in every other test that goes there.
            if (done.found.what() == outcome::crashed) std::erase(order_.worlds, each.id);
            on_test(done);
        }
        return std::move(result_);
    }

  private:
    verdict one(const test& which) {
        verdict found;
        if (which.needs_server && !order_.settings.name_a_server) {
            found.skip("validate_no_server");
            return found;
        }
        for (const auto before : which.after) {
            const auto known = outcomes_.find(before);
            if (known == outcomes_.end() || known->second == outcome::success || known->second == outcome::warning)
                continue;
            found.skip("validate_after", {{"test", std::string(before)}});
            return found;
        }
        if (which.on_files != nullptr) {
            which.on_files(files_, found);
        } else if (!order_.settings.missing.empty()) {
            found.skip("validate_no_settings",
                       {{"names", fmt::format("{}", fmt::join(order_.settings.missing, ", "))}});
        } else if (!files_.library) {
            found.skip("validate_after", {{"test", "binary"}});
        } else {
            order_.test = which.id;
            found = run_in_child(which, order_, *files_.library, options_.time);
        }
        return found;
    }

    const validation_options& options_;
    plugin_files files_;
    order order_;
    validation result_;
    std::map<std::string_view, outcome> outcomes_;
};

}  // namespace

std::size_t validation::number_of(outcome what) const {
    return static_cast<std::size_t>(
        std::count_if(tests.begin(), tests.end(), [&](const tested& each) { return each.found.what() == what; }));
}

bool validation::has_passed() const { return number_of(outcome::failed) == 0 && number_of(outcome::crashed) == 0; }

validation validate(const validation_options& options, const std::function<void(const tested&)>& on_test) {
    return run(options).all(on_test);
}

}  // namespace commhost::worker::validator
