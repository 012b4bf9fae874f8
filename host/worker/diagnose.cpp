#include "worker/diagnose.hpp"

#include "communication/site_processor.hpp"
#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "plugin/loader.hpp"
#include "plugin/name.hpp"
#include "service/http_client.hpp"
#include "service/secret_blanker.hpp"
#include "service/stop.hpp"
#include "text/descriptor.hpp"
#include "text/utf8.hpp"
#include "worker/codes.hpp"
#include "worker/diagnosis_order.hpp"
#include "worker/diagnosis_report.hpp"
#include "worker/limited_child.hpp"

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

using core_communication::diagnosis;

/// In characters, of why there is no diagnosis.
constexpr std::size_t longest_reason = 1000;

constexpr child_limits limits{std::chrono::seconds(60), 1ULL << 30U, 4096, 256UL * 1024};

diagnosis_order order_for(host& of, const plugin::plugin_entry& entry,
                          std::span<const plugin::effective_setting> settings, const plugin::setting_values& opened) {
    diagnosis_order order;
    order.folder = entry.folder;
    order.component = entry.component;
    order.site = ordered(settings, &opened);
    // There is no room: the defaults alone.
    order.room = ordered(plugin::effective_settings(entry.component, entry.settings.room, {}), nullptr);
    const auto strings = plugin::with_overrides(entry.strings, of.settings().lang_folder, entry.component);
    for (const auto& language : strings->languages()) order.texts[language] = *strings->texts().table(language);
    order.languages = message::catalogue::current().languages();
    order.ca_file = of.settings().http.ca_file;
    order.proxy = of.settings().http.proxy;
    return order;
}

/// A plugin's words without its secrets.
diagnosis without_secrets(diagnosis each, const service::secret_blanker& blank) {
    each.id = blank(std::move(each.id));
    each.found = blank(std::move(each.found));
    each.advice = blank(std::move(each.advice));
    return each;
}

/// In the child: everything that a plugin gets to see, from the order.
std::vector<diagnosis> ask(const diagnosis_order& order) {
    const auto& component = order.component;
    const auto site = values_of(component, order.site);
    const auto room = values_of(component, order.room);
    const plugin::plugin_strings strings(std::make_shared<const plugin::string_tables>(order.texts), order.languages);

    service::http_settings http_settings;
    http_settings.ca_file = order.ca_file;
    http_settings.proxy = order.proxy;
    http_settings.tries = 1;
    service::http_engine engine(http_settings);
    service::log log({core_communication::log_level::warning, service::log_format::text});
    const service::secret_blanker blank(site.secret_texts());
    service::plugin_logger logger(log, {component, std::nullopt, std::nullopt}, blank);
    const service::stop never;
    service::account_http http(engine, {site.urls(), site.secret_texts(), false}, never, logger);
    communication::site_processor processor({site, room, strings, http, logger, never, blank});

    const plugin::loaded_plugin loaded(plugin::library_in(order.folder), text::descriptor(given_descriptor));
    const auto object = loaded.create();
    object->load_for_instance(processor);
    if (object.can().diagnostic == nullptr) return {};
    auto found = object.can().diagnostic->diagnose();
    // Here too: the report shortens long texts, and a secret may stand where one is cut.
    for (auto& each : found) each = without_secrets(std::move(each), blank);
    return found;
}

}  // namespace

diagnoses diagnose(host& of, const plugin::plugin_entry& entry, const std::filesystem::path& program) {
    const std::array arguments{std::string("diagnose")};
    const auto library = seal(entry);
    const auto settings = of.site_settings(entry);
    const plugin::setting_values opened(entry.component, settings, of.secrets());
    const service::secret_blanker blank(opened.secret_texts());
    const auto order = to_json(order_for(of, entry, settings, opened));
    const auto child = run_limited(program, arguments, limits, {.text = order, .file = library.descriptor()});
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
        report.found = ask(diagnosis_order_of(order));
    } catch (const std::exception& thrown) {
        report.error = *thrown.what() == '\0' ? "it threw an exception that says nothing" : thrown.what();
    }
    ::_exit(text::write_all(report_descriptor, to_json(report)) ? EXIT_FAILURE : EXIT_SUCCESS);
}

}  // namespace commhost::worker
