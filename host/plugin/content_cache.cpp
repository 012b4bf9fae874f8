#include "plugin/content_cache.hpp"

#include "message/error.hpp"
#include "store/json_rows.hpp"

#include <chrono>
#include <cstdint>
#include <utility>

namespace commhost::plugin {

namespace {

using store::column;

constexpr store::milliseconds_utc content_kept = std::chrono::milliseconds(std::chrono::hours(24 * 90)).count();
constexpr store::milliseconds_utc coarsest_tick = 2000;

}  // namespace

known_contents find_contents(store::connection& on, std::span<const std::string> signatures) {
    store::json_rows rows;
    for (const auto& signature : signatures)
        if (!signature.empty()) rows.add(signature);
    known_contents known;
    if (rows.empty()) return known;
    for (auto& [signature, sums] : on.query<std::string, std::string>(
             "select c.signature, c.checksums from plugin_content c join " +
                 store::json_rows::table(on.dialect(), ":rows", {{"signature", column::text}}) +
                 " r on r.signature = c.signature",
             {{"rows", rows.json()}})) {
        try {
            known.emplace(std::move(signature), parse_checksums(sums, "plugin_content"));
        } catch (const message::error&) {  // of a program that wrote it differently: the folder is read again
        }
    }
    return known;
}

void keep_contents(store::connection& on, const known_contents& fresh, store::milliseconds_utc now) {
    if (fresh.empty()) return;
    store::json_rows rows;
    for (const auto& [signature, sums] : fresh) rows.add(signature, to_text(sums), now);
    on.execute(
        "insert into plugin_content (signature, checksums, read_at) select r.signature, r.checksums, r.read_at from " +
            store::json_rows::table(
                on.dialect(), ":rows",
                {{"signature", column::text}, {"checksums", column::text}, {"read_at", column::integer}}) +
            " r where 1 = 1 on conflict (signature) do update set checksums = excluded.checksums, read_at = "
            "excluded.read_at",
        {{"rows", rows.json()}});
    on.execute("delete from plugin_content where read_at < :oldest", {{"oldest", now - content_kept}});
}

bool is_settled(const folder_files& files, store::milliseconds_utc read_at) {
    return files.newest() < (read_at - coarsest_tick) * 1'000'000;
}

}  // namespace commhost::plugin
