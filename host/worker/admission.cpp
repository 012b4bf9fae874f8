#include "worker/admission.hpp"

#include "message/catalogue.hpp"
#include "message/error.hpp"
#include "worker/availability.hpp"
#include "worker/codes.hpp"
#include "worker/supervisor_log.hpp"

#include <utility>

namespace commhost::worker {

namespace {

using core_communication::log_level;

/// After a worker that could not begin.
constexpr std::chrono::seconds until_another_begins{30};

}  // namespace

admission::admission(host& of, steady_now now) : host_(of), now_(std::move(now)) {}

bool admission::opens(const plugin::plugin_set& found) {
    quarantines_ = plugin::quarantines_at(*host_.database().borrow(), host_.clock().now());
    quarantined_.clear();
    for (const auto& each : found.plugins) {
        const auto* held = each.manifest ? quarantines_.find(each.name, each.manifest->version) : nullptr;
        if (held != nullptr) quarantined_.emplace(each.name, held->until);
    }
    auto down = required_and_unavailable(host_, found, quarantines_);
    for (const auto& [name, reason] : down) {
        if (!required_down_.contains(name))
            tell(host_.log(), log_level::error,
                 message::error(WORKER_REQUIRED, {{"plugin", name}, {"reason", reason}}));
    }
    if (down.empty() && !required_down_.empty())
        tell(host_.log(), log_level::info, message::error(WORKER_REQUIRED_BACK));
    required_down_ = std::move(down);
    if (!required_down_.empty()) unavailable_.clear();
    return required_down_.empty();
}

std::vector<std::string> admission::admitted(std::set<std::string> due, const plugin::plugin_set& found) {
    reasons against;
    for (const auto& pause : host_.queue().pauses()) {
        if (due.erase(pause.queue) > 0) against.emplace(pause.queue, message::word_of("pause_reason", pause.reason));
    }
    std::vector<std::string> may_begin;
    for (const auto& provider : due) {
        if (const auto reason = why_unavailable(host_, found, quarantines_, provider))
            against.emplace(provider, reason->text());
        else
            may_begin.push_back(provider);
    }
    tell_changes(against);
    unavailable_ = std::move(against);
    // Of these the log has the reason from the worker itself, each time.
    std::erase_if(may_begin, [&](const std::string& provider) {
        const auto failed = not_before_.find(provider);
        if (failed == not_before_.end() || failed->second <= now_()) return false;
        unavailable_.emplace(provider, message::error(WORKER_CANNOT_BEGIN, {{"provider", provider}}).text());
        return true;
    });
    return may_begin;
}

void admission::tell_changes(const reasons& now) {
    for (const auto& [provider, reason] : now) {
        const auto before = told_.find(provider);
        if (before == told_.end() || before->second != reason)
            tell(host_.log(), log_level::warning,
                 message::error(WORKER_WAITS, {{"provider", provider}, {"reason", reason}}));
    }
    for (const auto& [provider, reason] : told_) {
        if (!now.contains(provider))
            tell(host_.log(), log_level::info, message::error(WORKER_WAITS_NO_MORE, {{"provider", provider}}));
    }
    told_ = now;
}

void admission::could_not_begin(const std::string& provider) { not_before_[provider] = now_() + until_another_begins; }

void admission::ended_in_order(const std::string& provider) { not_before_.erase(provider); }

bool admission::ends_soon(const std::string& provider, store::milliseconds_utc soon) const {
    const auto held = quarantined_.find(provider);
    return held != quarantined_.end() && held->second <= soon;
}

}  // namespace commhost::worker
