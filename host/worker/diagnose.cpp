#include "worker/diagnose.hpp"

#include "communication/site_processor.hpp"
#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "plugin/json_document.hpp"
#include "plugin/loader.hpp"
#include "plugin/name.hpp"
#include "service/http_client.hpp"
#include "service/secret_blanker.hpp"
#include "service/stop.hpp"
#include "text/descriptor.hpp"
#include "text/utf8.hpp"
#include "worker/codes.hpp"
#include "worker/diagnosis_report.hpp"
#include "worker/limited_child.hpp"

#include <boost/json.hpp>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace commhost::worker {

namespace {

namespace json = boost::json;
using core_communication::diagnosis;

/// In characters, of why there is no diagnosis.
constexpr std::size_t longest_reason = 1000;

constexpr child_limits limits{std::chrono::seconds(60), 1ULL << 30U, 4096, 256UL * 1024};

/// What the child is told. Secrets go this way, opened, so that the child needs neither the host's key nor its environment.
std::string order_for(host& of, const plugin::plugin_entry& entry, std::span<const plugin::effective_setting> settings,
                      const plugin::setting_values& opened) {
    json::object texts;
    json::object secrets;
    for (const auto& each : settings) {
        if (each.origin == plugin::setting_origin::unset) continue;
        const auto& name = each.declared->name;
        if (each.declared->type == plugin::setting_type::secret) {
            texts[name] = "env:" + name;
            secrets[name] = opened.text(name);
        } else {
            texts[name] = each.text;
        }
    }
    return json::serialize(json::object{{"folder", entry.folder.string()},
                                        {"component", entry.component},
                                        {"lang_folder", of.settings().lang_folder.string()},
                                        {"languages", json::value_from(message::catalogue::current().languages())},
                                        {"ca_file", of.settings().http.ca_file},
                                        {"proxy", of.settings().http.proxy},
                                        {"texts", std::move(texts)},
                                        {"secrets", std::move(secrets)}});
}

std::string text_of(const json::object& object, std::string_view name) {
    return std::string(object.at(name).as_string());
}

/// A plugin's words without its secrets.
diagnosis without_secrets(diagnosis each, const service::secret_blanker& blank) {
    each.id = blank(std::move(each.id));
    each.found = blank(std::move(each.found));
    each.advice = blank(std::move(each.advice));
    return each;
}

/// In the child: everything that a plugin gets to see, from the order.
std::vector<diagnosis> ask(const json::object& order) {
    const std::filesystem::path folder(text_of(order, "folder"));
    const auto component = text_of(order, "component");
    const auto schema = plugin::read_settings_schema(folder / "settings.json");
    plugin::setting_layer layer;
    for (const auto& [name, text] : order.at("texts").as_object()) layer.values.emplace(name, text.as_string());
    const auto& given = order.at("secrets").as_object();
    const plugin::secrets secrets("", [&given](std::string_view name) -> std::optional<std::string> {
        const auto* secret = given.if_contains(name);
        return secret == nullptr ? std::nullopt : std::optional(std::string(secret->as_string()));
    });
    const plugin::setting_values site(component, plugin::effective_settings(component, schema.site, std::array{layer}),
                                      secrets);
    const plugin::setting_values room(component, plugin::effective_settings(component, schema.room, {}), secrets);
    const plugin::plugin_strings strings(
        plugin::with_overrides(std::make_shared<const plugin::string_tables>(folder, component),
                               text_of(order, "lang_folder"), component),
        json::value_to<std::vector<std::string>>(order.at("languages")));

    service::http_settings http_settings;
    http_settings.ca_file = text_of(order, "ca_file");
    http_settings.proxy = text_of(order, "proxy");
    http_settings.tries = 1;
    service::http_engine engine(http_settings);
    service::log log({core_communication::log_level::warning, service::log_format::text});
    const service::secret_blanker blank(site.secret_texts());
    service::plugin_logger logger(log, {component, std::nullopt, std::nullopt}, blank);
    const service::stop never;
    service::account_http http(engine, {site.urls(), site.secret_texts(), false}, never, logger);
    communication::site_processor processor({site, room, strings, http, logger, never, blank});

    const plugin::loaded_plugin loaded(plugin::library_in(folder), text::descriptor(given_descriptor));
    const auto object = loaded.create();
    object->load_for_instance(processor);
    if (object.can().diagnostic == nullptr) return {};
    auto found = object.can().diagnostic->diagnose();
    // Here too: the report shortens long texts, and a secret may stand where one is cut.
    for (auto& each : found) each = without_secrets(std::move(each), blank);
    return found;
}

}  // namespace

diagnoses diagnose(host& of, const plugin::plugin_entry& entry) {
    const std::array arguments{std::string("diagnose")};
    const auto library = seal(entry);
    const auto settings = of.site_settings(entry);
    const plugin::setting_values opened(entry.component, settings, of.secrets());
    const service::secret_blanker blank(opened.secret_texts());
    const auto order = order_for(of, entry, settings, opened);
    const auto child = run_limited("/proc/self/exe", arguments, limits, {.text = order, .file = library.descriptor()});
    diagnoses result;
    const auto refuse = [&](std::string reason) {
        result.refusal.emplace(
            WORKER_DIAGNOSE, message::arguments{{"plugin", entry.name},
                                                {"reason", text::printable(blank(std::move(reason)), longest_reason)}});
        return result;
    };
    if (child.end == child_end::killed_at_limit) return refuse(message::phrase("reason_diagnose_time"));
    if (child.end == child_end::signalled)
        return refuse(message::phrase("reason_diagnose_signal", {{"signal", std::to_string(child.status)}}));
    try {
        auto report = diagnosis_report_of(child.report);
        if (!report.error.empty()) return refuse(std::move(report.error));
        for (auto& each : report.found) result.found.push_back(without_secrets(std::move(each), blank));
    } catch (const std::invalid_argument&) {  // the plugin may write what it likes into the report's descriptor
        return refuse(message::phrase("reason_diagnose_report", {{"output", child.output}}));
    }
    return result;
}

void run_diagnose() {
    diagnosis_report report;
    try {
        const std::string order(std::istreambuf_iterator<char>(std::cin), {});
        report.found = ask(json::parse(order).as_object());
    } catch (const std::exception& thrown) {
        report.error = *thrown.what() == '\0' ? "it threw an exception that says nothing" : thrown.what();
    }
    ::_exit(text::write_all(report_descriptor, to_json(report)) ? EXIT_FAILURE : EXIT_SUCCESS);
}

}  // namespace commhost::worker
