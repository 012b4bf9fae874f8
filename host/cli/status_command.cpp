#include "cli/commands.hpp"
#include "cli/progress_line.hpp"
#include "cli/site.hpp"
#include "message/catalogue.hpp"
#include "task/presence.hpp"
#include "task/queue.hpp"
#include "text/time.hpp"
#include "worker/owner.hpp"
#include "worker/standstill.hpp"

#include <boost/json.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace commhost::cli {

namespace {

namespace json = boost::json;
using task::state;

constexpr std::array states{state::queued, state::running, state::waiting, state::failed};

/// Of one lane of one queue.
struct lane_counts {
    std::array<std::int64_t, states.size()> by_state{};
    std::int64_t due = 0;
};

using queue_counts = std::map<std::pair<std::string, task::lane>, lane_counts>;

queue_counts counts_of(const std::vector<task::task_count>& counts) {
    queue_counts result;
    for (const auto& count : counts) {
        auto& lane = result[{count.queue, count.in_lane}];
        lane.by_state.at(static_cast<std::size_t>(count.in_state)) += count.number;
        if (count.in_state == state::queued || count.in_state == state::waiting) lane.due += count.due;
    }
    return result;
}

json::value to_json(const std::optional<worker::standstill>& paused) {
    if (!paused) return nullptr;
    return json::object{{"reason", paused->reason},
                        {"since", time_json(paused->since)},
                        {"until", time_json(paused->until)},
                        {"last_error", paused->last_error ? json::value(*paused->last_error) : json::value(nullptr)}};
}

void print_json(const output& out, const queue_counts& counts, const std::vector<provider_progress>& progress,
                const std::vector<task::presence>& presences, const std::optional<task::pause>& off) {
    json::array lanes;
    for (const auto& [of, found] : counts) {
        json::object lane{{"provider", of.first}, {"lane", std::string(name_of(of.second))}, {"due", found.due}};
        for (const auto each : states) lane[name_of(each)] = found.by_state.at(static_cast<std::size_t>(each));
        lanes.push_back(std::move(lane));
    }
    json::array runs;
    for (const auto& [each, paused] : progress)
        runs.push_back(json::object{
            {"provider", each.queue},
            {"left", each.left},
            {"done", each.done},
            {"seconds_left", each.time_left ? json::value(each.time_left->count() / 1000) : json::value(nullptr)},
            {"paused", to_json(paused)}});
    json::array hosts;
    for (const auto& each : presences) {
        const auto place = worker::place_of(each.name);
        hosts.push_back(json::object{{"host", place.host},
                                     {"process", place.process},
                                     {"since", time_json(each.since)},
                                     {"seen", time_json(each.seen)},
                                     {"at_work", each.at_work}});
    }
    out.document(json::object{{"lanes", std::move(lanes)},
                              {"progress", std::move(runs)},
                              {"hosts", std::move(hosts)},
                              {"off", site_json(off)}});
}

/// Each `commhost run` that is at work, or that there is none.
void print_presences(const output& out, const std::vector<task::presence>& presences) {
    const auto text = [](const char* phrase, const task::presence& of, store::milliseconds_utc time) {
        const auto place = worker::place_of(of.name);
        return message::phrase(phrase, {{"host", place.host}, {"process", place.process}, {"time", text::utc(time)}});
    };
    bool none = true;
    for (const auto& each : presences) {
        if (!each.at_work) continue;
        out.line(text("task_status_host", each, each.since));
        none = false;
    }
    if (!none) return;
    out.line(presences.empty() ? message::phrase("task_status_nobody")
                               : text("task_status_nobody_since", presences.front(), presences.front().seen));
}

void status(context& shared) {
    auto& host = shared.host();
    const auto off = site_off(shared);
    const auto counts = counts_of(host.queue().counts());
    const auto progress = progress_of(host, worker::standing_still(host));
    const auto presences = task::presences(*host.database().borrow(), host.clock().now());
    if (shared.out.json()) {
        print_json(shared.out, counts, progress, presences, off);
        return;
    }
    if (off) shared.out.line(site_text(*off));
    if (counts.empty()) {
        shared.out.line(message::phrase("task_status_nothing"));
        print_presences(shared.out, presences);
        return;
    }
    std::vector<std::vector<std::string>> rows;
    for (const auto& [of, found] : counts) {
        std::vector<std::string> row{of.first, message::word_of("lane", name_of(of.second)), std::to_string(found.due)};
        for (const auto number : found.by_state) row.push_back(std::to_string(number));
        rows.push_back(std::move(row));
    }
    shared.out.table({"heading_provider", "heading_lane", "heading_due", "heading_queued", "heading_running",
                      "heading_waiting", "heading_failed"},
                     rows);
    for (const auto& each : progress) shared.out.line(progress_text(each));
    print_presences(shared.out, presences);
}

}  // namespace

void add_status_command(const command& tasks, context& shared) {
    tasks.subcommand("status", "help_task_status").examples({"commhost task status"}).runs([&shared] {
        status(shared);
    });
}

}  // namespace commhost::cli
