#include "audit/audit.hpp"
#include "cli/actor.hpp"
#include "cli/commands.hpp"
#include "cli/problems.hpp"
#include "cli/switched_off.hpp"
#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "worker/installation.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>

namespace commhost::cli {

namespace {

namespace json = boost::json;

struct install_words {
    std::string source;
    std::string root;
    bool downgrade = false;
    bool yes = false;
};

json::object to_json(const worker::installed_plugin& done) {
    const auto& entry = done.entry;
    const auto text_or_null = [](const std::string& text) { return text.empty() ? json::value() : json::value(text); };
    return {{"plugin", entry.name},
            {"result", std::string(to_string(done.end))},
            {"state", std::string(to_string(entry.state))},
            {"folder", entry.folder.string()},
            {"release", entry.manifest ? json::value(entry.manifest->release) : json::value()},
            {"version", entry.manifest ? json::value(entry.manifest->version) : json::value()},
            {"release_before", text_or_null(done.release_before)},
            {"refused", json::array(done.refused.begin(), done.refused.end())},
            {"signed_by", text_or_null(entry.signed_by)},
            {"problems", cli::to_json(entry.problems)},
            {"notices", cli::to_json(entry.notices)}};
}

const char* phrase_for(const worker::installed_plugin& done) {
    switch (done.end) {
        case worker::install_end::installed: return "plugin_install_installed";
        case worker::install_end::replaced:
            return done.release_before.empty() ? "plugin_install_installed" : "plugin_install_replaced";
        case worker::install_end::unchanged: return "plugin_install_unchanged";
        case worker::install_end::refused: return "plugin_install_refused";
    }
    return "";
}

/// What others come to, of which the admin was told before.
void tell_of_others(context& shared, worker::installed_plugin& done) {
    if (done.refused.empty()) return;
    shared.status = exit_status::changes_pending;
    done.entry.notices.emplace_back(plugin::PLUGIN_INSTALL_DEPENDENTS,
                                    message::arguments{{"plugin", done.entry.name},
                                                       {"version", std::to_string(done.entry.manifest->version)},
                                                       {"number", std::to_string(done.refused.size())},
                                                       {"refused", fmt::format("{}", fmt::join(done.refused, ", "))},
                                                       {"done", "yes"}});
    for (auto& each : required_among(shared.host(), shared.host().registry().overview(), done.refused))
        done.entry.notices.push_back(std::move(each));
}

/// Behind the installation, which is an exchange of folders and no transaction.
void record(context& shared, const worker::installed_plugin& done) {
    audit::subject about{audit::subject_kind::plugin};
    about.name = done.entry.name;
    audit::entry made{by_admin(), about, "plugin_installed"};
    const auto release = [](const std::string& of) { return json::serialize(json::object{{"release", of}}); };
    if (!done.release_before.empty()) made.before = release(done.release_before);
    if (done.entry.manifest) made.after = release(done.entry.manifest->release);
    auto& host = shared.host();
    host.database().transact([&](store::connection& on) { audit::record(on, made, host.clock().now()); });
}

void install(context& shared, const install_words& words) {
    worker::install_order order;
    order.source = words.source;
    order.root = words.root;
    order.downgrade = words.downgrade;
    order.despite_dependents = words.yes;
    order.worker_command = shared.worker_command();
    auto done = worker::install(shared.host(), order);
    if (done.end == worker::install_end::refused) shared.status = exit_status::failed;
    if (done.end == worker::install_end::installed || done.end == worker::install_end::replaced) record(shared, done);
    tell_of_others(shared, done);
    if (shared.out.json()) {
        shared.out.document(to_json(done));
        return;
    }
    const auto& entry = done.entry;
    shared.out.line(message::phrase(phrase_for(done), {{"plugin", entry.name},
                                                       {"version", entry.manifest ? entry.manifest->release : ""},
                                                       {"folder", entry.folder.parent_path().string()},
                                                       {"before", done.release_before}}));
    print_problems(shared.out, entry.problems);
    print_problems(shared.out, entry.notices);
}

}  // namespace

void add_install_command(const command& plugins, context& shared) {
    const auto words = std::make_shared<install_words>();
    const auto made = plugins.subcommand("install", "help_plugin_install");
    made.option("SOURCE", words->source, "help_plugin_install_source").required();
    made.option("--root", words->root, "help_plugin_install_root").placeholder("FOLDER");
    made.flag("--downgrade", words->downgrade, "help_plugin_install_downgrade");
    made.flag("--yes", words->yes, "help_plugin_install_yes");
    made.examples({"commhost plugin install mychat-1.0.0.tar.gz", "commhost plugin install ~/mychat --downgrade"});
    made.runs([words, &shared] { install(shared, *words); });
}

}  // namespace commhost::cli
