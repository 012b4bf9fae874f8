#include "plugin/probe_cache.hpp"

#include "store/json_rows.hpp"
#include "text/sha256.hpp"

#include <core_communication/abi_stamp.hpp>

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <utility>

namespace commhost::plugin {

namespace {

using store::column;

constexpr store::milliseconds_utc milliseconds(std::chrono::milliseconds duration) { return duration.count(); }

constexpr auto refusal_kept = milliseconds(std::chrono::minutes(10));
constexpr auto report_kept = milliseconds(std::chrono::hours(24 * 90));

}  // namespace

std::string probe_key(std::string_view content_digest, const host_version& host) {
    return text::sha256(fmt::format("{} {} {}", content_digest, host.text(), CORE_COMMUNICATION_STAMP_CONTENT));
}

known_reports find_reports(store::connection& on, std::span<const std::string> keys) {
    store::json_rows rows;
    for (const auto& key : keys)
        if (!key.empty()) rows.add(key);
    known_reports known;
    if (rows.empty()) return known;
    for (auto& [hash, json, probed_at] : on.query<std::string, std::string, std::int64_t>(
             "select p.hash, p.report, p.probed_at from plugin_probe p join " +
                 store::json_rows::table(on.dialect(), ":rows", {{"hash", column::text}}) + " r on r.hash = p.hash",
             {{"rows", rows.json()}}))
        known.emplace(std::move(hash), known_report{std::move(json), probed_at});
    return known;
}

void keep_reports(store::connection& on, const known_reports& fresh, store::milliseconds_utc now) {
    if (fresh.empty()) return;
    store::json_rows rows;
    for (const auto& [hash, report] : fresh) rows.add(hash, report.json, report.probed_at);
    on.execute("insert into plugin_probe (hash, report, probed_at) select r.hash, r.report, r.probed_at from " +
                   store::json_rows::table(
                       on.dialect(), ":rows",
                       {{"hash", column::text}, {"report", column::text}, {"probed_at", column::integer}}) +
                   R"( r where 1 = 1
                     on conflict (hash) do update set report = excluded.report, probed_at = excluded.probed_at)",
               {{"rows", rows.json()}});
    on.execute("delete from plugin_probe where probed_at < :oldest", {{"oldest", now - report_kept}});
}

std::optional<probe_report> usable(const known_report& known, store::milliseconds_utc now) {
    try {
        auto report = probe_report_of(known.json);
        if (report.refusal && now - known.probed_at >= refusal_kept) return std::nullopt;
        return report;
    } catch (const std::invalid_argument&) {  // of a program that wrote it differently: probe again
        return std::nullopt;
    }
}

}  // namespace commhost::plugin
