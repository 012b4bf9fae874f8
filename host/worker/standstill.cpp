#include "worker/standstill.hpp"

#include "message/catalogue.hpp"
#include "message/error.hpp"
#include "task/circuit.hpp"
#include "worker/availability.hpp"
#include "worker/codes.hpp"

#include <set>
#include <utility>

namespace commhost::worker {

namespace {

std::set<std::string> providers_with_tasks(host& of) {
    std::set<std::string> providers;
    for (const auto& count : of.queue().counts())
        if (count.in_state != task::state::failed) providers.insert(count.queue);
    return providers;
}

/// What is wrong with the plugin.
std::optional<standstill> of_plugin(host& of, const plugin::plugin_set& found, const plugin::quarantines& in_force,
                                    const std::string& provider) {
    const auto reason = why_unavailable(of, found, in_force, provider);
    if (!reason) return std::nullopt;
    standstill result{.reason = reason->text()};
    const auto* entry = found.find(provider);
    if (entry == nullptr) return result;
    if (!is_sound(entry->state)) {
        result.since = entry->missing_since;
        return result;
    }
    const auto* held = in_force.find(provider, entry->manifest->version);
    if (held == nullptr) return result;
    return standstill{.reason = message::phrase("standstill_quarantine", {{"crashes", std::to_string(held->crashes)}}),
                      .since = held->since,
                      .until = held->until,
                      .last_error = held->reason};
}

standstills standing_still(host& of, const plugin::plugin_set& found, const std::set<std::string>& providers) {
    const auto now = of.clock().now();
    const auto in_force = plugin::quarantines_at(*of.database().borrow(), now);
    standstills result;
    if (const auto down = required_and_unavailable(of, found, in_force); !down.empty()) {
        const auto& [name, reason] = *down.begin();
        const auto text = message::phrase("standstill_required", {{"plugin", name}, {"reason", reason}});
        for (const auto& provider : providers) {
            // Of the one that is down itself more is known.
            auto own = of_plugin(of, found, in_force, provider);
            result.emplace(provider, own ? std::move(*own) : standstill{.reason = text});
        }
        return result;
    }
    for (auto& pause : of.queue().pauses()) {
        if (!pause.by_outage && providers.contains(pause.queue))
            result.emplace(pause.queue, standstill{.reason = message::word_of("pause_reason", pause.reason),
                                                   .since = pause.since,
                                                   .until = pause.until});
    }
    for (const auto& provider : providers) {
        if (result.contains(provider)) continue;
        if (auto reason = of_plugin(of, found, in_force, provider)) result.emplace(provider, std::move(*reason));
    }
    for (auto& circuit : task::open_circuits(*of.database().borrow(), now)) {
        if (providers.contains(circuit.queue))
            result.emplace(circuit.queue, standstill{.reason = message::phrase("standstill_outage"),
                                                     .since = circuit.since,
                                                     .until = circuit.next_try,
                                                     .tried_now = !circuit.next_try,
                                                     .last_error = std::move(circuit.reason)});
    }
    return result;
}

}  // namespace

standstills standing_still(host& of, const plugin::plugin_set& found) {
    return standing_still(of, found, providers_with_tasks(of));
}

standstills standing_still(host& of) {
    const auto providers = providers_with_tasks(of);
    if (providers.empty()) return {};
    auto wanted = providers;
    wanted.insert(of.settings().required_plugins.begin(), of.settings().required_plugins.end());
    plugin::plugin_set found;
    for (const auto& name : wanted)
        if (auto entry = of.registry().find(name)) found.plugins.push_back(std::move(*entry));
    return standing_still(of, found, providers);
}

}  // namespace commhost::worker
