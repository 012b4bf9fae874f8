#include "worker/validator/validation.hpp"

#include "message/error.hpp"
#include "plugin/folder_files.hpp"
#include "plugin/manifest.hpp"
#include "plugin/name.hpp"
#include "plugin/plugin_entry.hpp"
#include "plugin/settings_schema.hpp"
#include "worker/validator/order.hpp"
#include "worker/validator/random_text.hpp"
#include "worker/validator/sandbox.hpp"
#include "worker/version.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
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
            std::tie(result_.version, result_.release) = std::tuple(manifest->version, manifest->release);
        order_.folder = files_.folder;
        order_.component = files_.component;
        order_.seed = options.seed;
        order_.time = options.time;
        order_.ca_file = options.http.ca_file;
        order_.proxy = options.http.proxy;
        const auto schema = if_readable([&] { return plugin::read_settings_schema(files_.folder / "settings.json"); });
        has_schema_ = schema.has_value();
        if (!schema) return;  // then the file of settings cannot be read either
        order_.settings = options.settings ? read_given_settings(*options.settings, files_.component, *schema)
                                           : made_up_settings(*schema);
    }

    validation all(const std::function<void(const tested&)>& on_test) {
        const auto carry_out = [&](const test& each) {
            result_.tests.push_back({&each, one(each), options_.only.contains(std::string(each.id))});
            on_test(result_.tests.back());
        };
        for (const auto& each : every_test()) {
            if (!options_.only.empty() && !options_.only.contains(std::string(each.id))) continue;
            if (result_.was_stopped) break;
            carry_out(each);
        }
        if (order_.rooms_left.empty()) return std::move(result_);
        // Nobody has looked after them: it was stopped before, or is not among those that were asked for.
        stop_ = -1;
        carry_out(*find_test("server-left"));
        return std::move(result_);
    }

  private:
    /// Why it cannot be tried, or nothing.
    std::optional<verdict> obstacle(const test& which) const {
        verdict found;
        if (which.in_child != nullptr && !has_schema_) {
            found.skip("validate_after", {{"test", "settings"}});
            return found;
        }
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
        // What ends a process in the calm world is not let loose on a server.
        const auto& without = order_.without;
        if (which.needs_server &&
            std::any_of(without.begin(), without.end(), [](const left_out& each) { return each.world.empty(); })) {
            found.skip("validate_after", {{"test", "calm-world"}});
            return found;
        }
        if (which.in_child != nullptr && !files_.library) {
            found.skip("validate_after", {{"test", "binary"}});
            return found;
        }
        return std::nullopt;
    }

    verdict one(const test& which) {
        auto found = obstacle(which);
        if (!found && which.on_files != nullptr) which.on_files(files_, found.emplace());
        if (!found && !order_.settings.missing.empty()) found = without_settings();
        if (!found) return in_child(which);
        outcomes_[which.id] = found->what();
        return *std::move(found);
    }

    /// Said once as a failure: a run in which nothing of the plugin was tried must not pass.
    verdict without_settings() {
        verdict found;
        const message::arguments what{{"names", fmt::format("{}", fmt::join(order_.settings.missing, ", "))}};
        if (std::exchange(has_said_what_is_missing_, true))
            found.skip("validate_no_settings", what);
        else
            found.fail("validate_no_settings", what);
        return found;
    }

    /// A method that ends the process is left out from then on, and the test goes on without it.
    verdict in_child(const test& which) {
        verdict all;
        order_.test = which.id;
        for (;;) {
            order_.secret = random_text();
            const auto last = run_in_child(which, order_, *files_.library, stop_);
            all.take_over(last.found);
            take_note(last, all);
            outcomes_[which.id] = last.found.what();
            if (!last.under_way || order_.leaves_out(last.under_way->method, last.under_way->world)) return all;
            order_.without.push_back(*last.under_way);
            all.remark("validate_left_out", {{"method", last.under_way->method}});
        }
    }

    /// Of what is of use to later tests. A room that is not deleted by the last of them is named.
    void take_note(const ran& last, verdict& found) {
        result_.was_stopped = result_.was_stopped || last.was_stopped;
        order_.breaches_on_server.insert(order_.breaches_on_server.end(), last.handed_on.begin(), last.handed_on.end());
        auto& left = order_.rooms_left;
        for (const auto& key : last.begun_rooms)
            if (std::find(left.begin(), left.end(), key) == left.end()) left.push_back(key);
        std::erase_if(left, [&](const std::string& key) { return last.deleted_rooms.contains(key); });
        if (order_.test != "server-left") return;
        for (const auto& key : std::exchange(left, {})) found.fail("validate_room_left", {{"room", key}});
    }

    const validation_options& options_;
    int stop_ = options_.stop;
    plugin_files files_;
    order order_;
    validation result_;
    bool has_schema_ = false;
    bool has_said_what_is_missing_ = false;
    std::map<std::string_view, outcome> outcomes_;  ///< Without what a method did that is left out now.
};

}  // namespace

std::size_t validation::number_of(outcome what) const {
    return static_cast<std::size_t>(
        std::count_if(tests.begin(), tests.end(), [&](const tested& each) { return each.found.what() == what; }));
}

bool validation::has_passed() const {
    return !was_stopped && std::none_of(tests.begin(), tests.end(), [](const tested& each) {
        const auto what = each.found.what();
        return what == outcome::failed || what == outcome::crashed || (what == outcome::skipped && each.is_named);
    });
}

validation validate(const validation_options& options, const std::function<void(const tested&)>& on_test) {
    return run(options).all(on_test);
}

}  // namespace commhost::worker::validator
