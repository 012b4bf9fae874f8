#include "worker/inquiry.hpp"

#include "communication/site_processor.hpp"
#include "message/catalogue.hpp"
#include "plugin/loader.hpp"
#include "plugin/name.hpp"
#include "service/http_client.hpp"
#include "service/secret_blanker.hpp"
#include "service/stop.hpp"
#include "text/descriptor.hpp"
#include "text/utf8.hpp"
#include "worker/blanked_output.hpp"
#include "worker/limited_child.hpp"
#include "worker/person_processor.hpp"

#include <boost/json.hpp>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace commhost::worker {

namespace {

using core_communication::diagnosis;
using core_communication::personal_record;
using core_communication::repair_offer;

/// In characters, of why there is no answer.
constexpr std::size_t longest_reason = 1000;

inquiry_order order_for(host& of, const plugin::plugin_entry& entry,
                        std::span<const plugin::effective_setting> settings, const plugin::setting_values& opened) {
    inquiry_order order;
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

repair_offer without_secrets(repair_offer each, const service::secret_blanker& blank) {
    return {blank(std::move(each.id)), blank(std::move(each.change))};
}

personal_record without_secrets(personal_record each, const service::secret_blanker& blank) {
    each.name = blank(std::move(each.name));
    each.content = blank(std::move(each.content));
    // A secret that was a number of its own leaves what is no JSON.
    boost::system::error_code failed;
    boost::json::parse(each.content, failed);
    if (failed) each.content = boost::json::serialize(boost::json::string(each.content));
    return each;
}

inquiry_report without_secrets(inquiry_report report, const service::secret_blanker& blank) {
    for (auto& each : report.found) each = without_secrets(std::move(each), blank);
    for (auto& each : report.offers) each = without_secrets(std::move(each), blank);
    for (auto& each : report.records) each = without_secrets(std::move(each), blank);
    report.error = text::printable(blank(std::move(report.error)), longest_reason);
    return report;
}

/// In the child: what the plugin says, with everything that it gets to see from the order.
inquiry_report ask(const inquiry_order& order, const service::secret_blanker& blank) {
    const auto& component = order.component;
    const auto site = values_of(component, order.site);
    const auto room = values_of(component, order.room);
    const plugin::plugin_strings strings(std::make_shared<const plugin::string_tables>(order.texts), order.languages);

    service::http_settings http_settings;
    http_settings.ca_file = order.ca_file;
    http_settings.proxy = order.proxy;
    if (!order.about) http_settings.tries = 1;
    service::http_engine engine(http_settings);
    service::log log({core_communication::log_level::warning, service::log_format::text});
    service::plugin_logger logger(log, {component, std::nullopt, std::nullopt}, blank);
    const service::stop never;
    service::account_http http(engine, {site.urls(), site.secret_texts(), false}, never, logger);
    const communication::room_services services{site, room, strings, http, logger, never, blank};
    communication::site_processor of_site(services);
    person_processor of_person(services, order.about ? order.about->person : core_communication::user_id{},
                               order.about ? order.about->account : "");

    const plugin::loaded_plugin loaded(plugin::library_in(order.folder), text::descriptor(given_descriptor));
    const auto object = loaded.create();
    object->load_for_instance(order.about ? of_person : of_site);
    inquiry_report report;
    const auto& can = object.can();
    if (order.about) {
        if (can.privacy != nullptr) report.records = can.privacy->export_user_data(order.about->person);
    } else if (!order.repairs.empty()) {
        if (can.repair == nullptr) return report;
        for (const auto& id : order.repairs) report.found.push_back(can.repair->repair(id));
    } else if (can.diagnostic != nullptr) {
        report.found = can.diagnostic->diagnose();
        if (can.repair != nullptr) report.offers = can.repair->offer_repairs(report.found);
    }
    // Here too: the report shortens long texts, and a secret may stand where one is cut. A record's content it leaves whole.
    for (auto& each : report.found) each = without_secrets(std::move(each), blank);
    for (auto& each : report.offers) each = without_secrets(std::move(each), blank);
    for (auto& each : report.records) each.name = blank(std::move(each.name));
    return report;
}

std::string told(const inquiry_order& order) {
    service::secret_blanker blank;
    try {
        blank = service::secret_blanker(values_of(order.component, order.site).secret_texts());
        return to_json(ask(order, blank));
    } catch (const std::exception& thrown) {
        inquiry_report report;
        report.error = *thrown.what() == '\0' ? "it threw an exception that says nothing" : blank(thrown.what());
        return to_json(report);
    }
}

}  // namespace

inquiry_report inquire(host& of, const plugin::plugin_entry& entry, const inquiry& what, const child_limits& limits,
                       const std::filesystem::path& program) {
    const std::array arguments{std::string("inquire")};
    const auto library = seal(entry);
    const auto settings = of.site_settings(entry);
    const plugin::setting_values opened(entry.component, settings, of.secrets());
    const service::secret_blanker blank(opened.secret_texts());
    const blanked_output printed(limits.output, opened.secret_texts());
    auto kept = limits;
    kept.output = printed.kept();
    auto order = order_for(of, entry, settings, opened);
    order.about = what.about;
    order.repairs = what.repairs;
    const auto text = to_json(order);
    const auto child = run_limited(program, arguments, kept, {.text = text, .file = library.descriptor()});
    const auto nothing = [&](std::string reason) {
        inquiry_report report;
        report.error = std::move(reason);
        return without_secrets(std::move(report), blank);
    };
    if (child.end == child_end::killed_at_limit) return nothing(message::phrase("reason_inquiry_time"));
    if (child.end == child_end::signalled)
        return nothing(message::phrase("reason_inquiry_signal", {{"signal", std::to_string(child.status)}}));
    if (child.report.size() >= limits.report)
        return nothing(message::phrase("reason_inquiry_size", {{"kib", std::to_string(limits.report / 1024)}}));
    try {
        return without_secrets(inquiry_report_of(child.report), blank);
    } catch (const std::invalid_argument&) {  // the plugin may write what it likes into the report's descriptor
        return nothing(message::phrase("reason_inquiry_report", {{"output", printed(child)}}));
    }
}

void run_inquiry() {
    std::string text;
    try {
        text = told(inquiry_order_of(std::string(std::istreambuf_iterator<char>(std::cin), {})));
    } catch (const std::exception&) {  // nobody's order: whoever started this finds no report
    }
    ::_exit(text::write_all(report_descriptor, text) ? EXIT_FAILURE : EXIT_SUCCESS);
}

}  // namespace commhost::worker
