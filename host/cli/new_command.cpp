#include "cli/commands.hpp"
#include "message/error.hpp"
#include "plugin/new_plugin.hpp"
#include "store/clock.hpp"

#include <boost/json.hpp>

#include <memory>
#include <string>

namespace commhost::cli {

namespace {

namespace json = boost::json;

/// For a shell in the plugin's folder.
constexpr const char* build_and_test = "    cmake -S . -B build && cmake --build build && ctest --test-dir build";

void write(context& shared, const std::string& name, const std::string& folder) {
    const auto files = plugin::new_plugin(name, store::system_clock().now());
    const auto written = plugin::write_new_plugin(folder.empty() ? name : folder, files);
    if (shared.out.json()) {
        json::array paths;
        for (const auto& each : files) paths.emplace_back(each.path);
        shared.out.document(json::object{{"plugin", name}, {"folder", written.string()}, {"files", std::move(paths)}});
        return;
    }
    shared.out.line(message::phrase("plugin_new_written", {{"plugin", name}, {"folder", written.string()}}));
    shared.out.line(build_and_test);
    shared.out.line(message::phrase("plugin_new_next"));
}

}  // namespace

void add_new_command(const command& plugins, context& shared) {
    const auto name = std::make_shared<std::string>();
    const auto folder = std::make_shared<std::string>();
    const auto made = plugins.subcommand("new", "help_plugin_new");
    made.option("NAME", *name, "help_plugin_new_name").required();
    made.option("--folder", *folder, "help_plugin_new_folder").placeholder("FOLDER");
    made.examples({"commhost plugin new mychat", "commhost plugin new mychat --folder ~/src/mychat"});
    made.runs([name, folder, &shared] { write(shared, *name, *folder); });
}

}  // namespace commhost::cli
