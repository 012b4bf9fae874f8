#include "audit/audit.hpp"
#include "cli/actor.hpp"
#include "cli/codes.hpp"
#include "cli/commands.hpp"
#include "cli/setting_view.hpp"
#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "plugin/registry.hpp"
#include "text/file_content.hpp"

#include <boost/json.hpp>

#include <cstddef>
#include <functional>
#include <ios>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace commhost::cli {

namespace {

namespace json = boost::json;

struct words {
    std::string component, name;
    std::optional<std::string> value, file;
};

/// COMPONENT is "communication_matrix" or, shorter, "matrix".
plugin::plugin_entry find_plugin(context& shared, std::string name) {
    constexpr std::string_view prefix = "communication_";
    if (name.starts_with(prefix)) name.erase(0, prefix.size());
    const auto entry = shared.host().registry().find(name);
    if (!entry || entry->state == plugin::plugin_state::missing)
        throw message::error(plugin::PLUGIN_UNKNOWN, {{"name", name}});
    // Without its files nobody knows which settings there are.
    if (!entry->manifest) throw message::error(entry->problems.front().code, entry->problems.front().arguments);
    return *entry;
}

const plugin::setting& find_declared(const plugin::plugin_entry& entry, const std::string& name) {
    const auto* found = plugin::find_setting(entry.settings.site, name);
    if (found == nullptr) plugin::refuse_unknown(entry.component, entry.settings.site, name);
    return *found;
}

void list(context& shared, const words& given) {
    const auto entry = find_plugin(shared, given.component);
    const setting_view view(shared.host(), entry);
    json::array documents;
    std::vector<std::vector<std::string>> rows;
    for (const auto& each : shared.host().site_settings(entry)) {
        if (!given.name.empty() && each.declared->name != given.name) continue;
        documents.push_back(view.to_json(each));
        rows.push_back({each.declared->name, message::word_of("setting_type", to_string(each.declared->type)),
                        setting_view::value(each), message::word_of("setting_origin", to_string(each.origin)),
                        view.label(*each.declared)});
    }
    if (shared.out.json()) {
        shared.out.document(json::object{{"component", entry.component}, {"settings", std::move(documents)}});
    } else {
        shared.out.table({"heading_setting", "heading_type", "heading_value", "heading_from", "heading_meaning"}, rows);
    }
}

void get(context& shared, const words& given) {
    const auto entry = find_plugin(shared, given.component);
    find_declared(entry, given.name);
    if (shared.out.json()) {
        list(shared, given);
        return;
    }
    const setting_view view(shared.host(), entry);
    for (const auto& each : shared.host().site_settings(entry))
        if (each.declared->name == given.name) view.print(shared.out, each);
}

/// What is stored for a setting, as a document of the audit; of a secret, and of what the plugin does not declare, only
/// that there is something.
std::optional<std::string> stored_value(worker::host& host, store::connection& on, const plugin::plugin_entry& of,
                                        const std::string& name) {
    const auto stored = host.stored_settings().site(on, of.component).values;
    const auto value = stored.find(name);
    if (value == stored.end()) return std::nullopt;
    const auto* declared = plugin::find_setting(of.settings.site, name);
    const bool shown = declared != nullptr && declared->type != plugin::setting_type::secret;
    return json::serialize(json::object{{"value", shown ? value->second.text : "(set)"}});
}

/// Changes a stored setting, with a row of the audit. Returns whether work has changed anything.
bool change(worker::host& host, const plugin::plugin_entry& of, const std::string& name, const char* action,
            const std::function<bool(store::connection&)>& work) {
    audit::subject about{audit::subject_kind::setting};
    about.name = of.name + "/" + name;
    return host.database().transact([&](store::connection& on) {
        auto before = stored_value(host, on, of, name);
        if (!work(on)) return false;
        auto after = stored_value(host, on, of, name);
        audit::record(on, {by_admin(), about, action, std::move(before), std::move(after)}, host.clock().now());
        return true;
    });
}

/// All of it but the end of its last line, which editors and shells add: a key or a certificate has several.
std::string secret_in(std::string secret) {
    if (secret.ends_with('\n')) secret.pop_back();
    if (secret.ends_with('\r')) secret.pop_back();
    return secret;
}

/// More than any secret may have (plugin::parse_setting), so that one that is too long is told as such.
constexpr std::size_t most_secret_bytes = 65'536;

std::string content_of(const std::string& file) {
    try {
        return text::read_file(file, most_secret_bytes);
    } catch (const std::system_error& failed) {  // becomes a message that names the file
        throw message::error(CLI_SECRET_FILE, {{"file", file}, {"reason", failed.code().message()}});
    }
}

/// Somebody may give what has no end.
std::string standard_input() {
    std::string read(most_secret_bytes, '\0');
    std::cin.read(read.data(), static_cast<std::streamsize>(read.size()));
    read.resize(static_cast<std::size_t>(std::cin.gcount()));
    return read;
}

void set(context& shared, const words& given) {
    const auto entry = find_plugin(shared, given.component);
    const auto& declared = find_declared(entry, given.name);
    std::string text;
    if (declared.type == plugin::setting_type::secret) {
        // What stands on a command line is seen by every user of the machine and kept in the shell's history.
        if (given.value && !plugin::secrets::is_reference(*given.value))
            throw message::error(CLI_SECRET_ARGUMENT, {{"name", given.name}, {"component", given.component}});
        if (given.value) {
            text = *given.value;
        } else if (given.file) {
            text = secret_in(content_of(*given.file));
        } else {
            text = secret_in(standard_input());
        }
        if (text.empty()) throw message::error(CLI_SECRET_EMPTY, {{"name", given.name}});
    } else {
        if (!given.value) wrong_usage_of(message::phrase("usage_required", {{"name", "VALUE"}}));
        text = *given.value;
    }
    auto& host = shared.host();
    change(host, entry, given.name, "setting_set", [&](store::connection& on) {
        host.stored_settings().set_site(on, entry.component, entry.settings.site, given.name, text);
        return true;
    });
    host.queue().probe_now(entry.name);  // an address or a token that was wrong
    list(shared, given);
}

void unset(context& shared, const words& given) {
    const auto entry = find_plugin(shared, given.component);
    auto& host = shared.host();
    const bool was_set = change(host, entry, given.name, "setting_unset", [&](store::connection& on) {
        return host.stored_settings().unset_site(on, entry.component, given.name);
    });
    if (!was_set) find_declared(entry, given.name);
    host.queue().probe_now(entry.name);  // a value that was wrong is gone
    list(shared, {given.component, {}, {}, {}});
}

}  // namespace

void add_settings_commands(const command& program, context& shared) {
    const auto settings = program.subcommand("settings", "help_settings");
    const auto given = std::make_shared<words>();

    const auto add = [&](const char* word, const char* purpose, bool with_name) {
        const auto made = settings.subcommand(word, purpose);
        made.option("COMPONENT", given->component, "help_settings_component").required();
        if (with_name) made.option("NAME", given->name, "help_settings_name").required();
        return made;
    };
    add("list", "help_settings_list", false).examples({"commhost settings list matrix"}).runs([given, &shared] {
        list(shared, *given);
    });
    add("get", "help_settings_get", true)
        .examples({"commhost settings get matrix homeserver_url"})
        .runs([given, &shared] { get(shared, *given); });
    const auto set_command = add("set", "help_settings_set", true);
    set_command.option("VALUE", given->value, "help_settings_value");
    set_command.option("--from-file", given->file, "help_settings_from_file");
    set_command
        .examples({"commhost settings set matrix homeserver_url https://matrix.example.org",
                   "commhost settings set matrix access_token < token"})
        .runs([given, &shared] { set(shared, *given); });
    add("unset", "help_settings_unset", true)
        .examples({"commhost settings unset matrix homeserver_url"})
        .runs([given, &shared] { unset(shared, *given); });
}

}  // namespace commhost::cli
