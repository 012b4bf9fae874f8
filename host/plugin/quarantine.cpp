#include "plugin/quarantine.hpp"

#include "plugin/codes.hpp"
#include "text/time.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace commhost::plugin {

namespace {

/// How long a plugin waits after so many crashes in a row.
store::milliseconds_utc pause_after(std::int64_t crashes) {
    constexpr std::array<store::milliseconds_utc, 6> pauses{0, 1'000, 10'000, 60'000, 300'000, 1'800'000};
    return pauses[static_cast<std::size_t>(std::clamp<std::int64_t>(crashes - 1, 0, 5))];
}

}  // namespace

void quarantines::add(std::string name, quarantine held) {
    const auto version = held.version;
    held_.insert_or_assign({std::move(name), version}, std::move(held));
}

const quarantine* quarantines::find(std::string_view name, std::int64_t version) const {
    const auto found = held_.find({std::string(name), version});
    return found == held_.end() ? nullptr : &found->second;
}

problem problem_of(const quarantine& in_force, std::string_view name) {
    return {PLUGIN_QUARANTINED, message::arguments{{"plugin", std::string(name)},
                                                   {"crashes", std::to_string(in_force.crashes)},
                                                   {"since", text::utc(in_force.since)},
                                                   {"until", text::utc(in_force.until)},
                                                   {"reason", in_force.reason}}};
}

quarantines quarantines_at(store::connection& on, store::milliseconds_utc now) {
    quarantines found;
    for (auto& [name, version, crashes, since, until, reason] :
         on.query<std::string, std::int64_t, std::int64_t, store::milliseconds_utc, store::milliseconds_utc,
                  std::string>(
             "select name, version, crashes, since, until, reason from plugin_quarantine where until > :now",
             {{"now", now}}))
        found.add(std::move(name), {version, crashes, since, until, std::move(reason)});
    return found;
}

std::optional<quarantine> note_crash(store::connection& within, std::string_view name, std::int64_t version,
                                     bool in_a_row, std::string_view reason, store::milliseconds_utc now) {
    const auto before = within.first<std::int64_t, std::optional<store::milliseconds_utc>>(
        "select crashes, since from plugin_quarantine where name = :name and version = :version",
        {{"name", name}, {"version", version}});
    const bool goes_on = before && in_a_row;
    const auto crashes = goes_on ? std::get<0>(*before) + 1 : 1;
    const auto pause = pause_after(crashes);
    std::optional<store::milliseconds_utc> since;
    std::optional<store::milliseconds_utc> until;
    if (pause > 0) {
        since = goes_on && std::get<1>(*before) ? std::get<1>(*before) : now;
        until = now + pause;
    }
    within.execute(R"(insert into plugin_quarantine (name, version, crashes, since, until, reason)
                      values (:name, :version, :crashes, :since, :until, :reason)
                      on conflict (name, version) do update set crashes = excluded.crashes,
                          since = excluded.since, until = excluded.until, reason = excluded.reason)",
                   {{"name", name},
                    {"version", version},
                    {"crashes", crashes},
                    {"since", since},
                    {"until", until},
                    {"reason", reason}});
    if (!until) return std::nullopt;
    return quarantine{version, crashes, *since, *until, std::string(reason)};
}

void end_quarantine(store::connection& on, std::string_view name) {
    on.execute("delete from plugin_quarantine where name = :name", {{"name", name}});
}

void end_quarantine(store::connection& on, std::string_view name, std::int64_t version) {
    on.execute("delete from plugin_quarantine where name = :name and version = :version",
               {{"name", name}, {"version", version}});
}

}  // namespace commhost::plugin
