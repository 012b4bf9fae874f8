#include "service/http_schedule.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace commhost::service {

void http_schedule::open(http_batch_id batch, std::deque<http_job> jobs) {
    batches_[batch].waiting = std::move(jobs);
    drop_if_over(batch);
}

void http_schedule::close(http_batch_id batch) {
    const auto found = batches_.find(batch);
    if (found == batches_.end()) return;
    found->second.waiting.clear();
    found->second.closed = true;
    drop_if_over(batch);
}

void http_schedule::hold(http_batch_id batch, bool held) {
    const auto found = batches_.find(batch);
    if (found != batches_.end()) found->second.held = held;
}

bool http_schedule::has_turn(const batch& one) const {
    return !one.waiting.empty() && !one.held && one.under_way < limits_.per_batch;
}

const http_schedule::lane* http_schedule::lane_of(const http_job& job) const {
    const auto found = lanes_.find(job.lane);
    return found == lanes_.end() ? nullptr : &found->second;
}

std::deque<http_job>::iterator http_schedule::next_in(batch& one, http_clock::time_point now) const {
    // Far enough to fill the widest batch, near enough that a room's thousands of requests are not walked through each time.
    constexpr std::size_t furthest = 64;
    std::unordered_set<http_room_id> passed_over;
    auto at = one.waiting.begin();
    for (std::size_t seen = 0; at != one.waiting.end(); ++at, ++seen) {
        if (seen == furthest) return one.waiting.end();
        const bool room_is_free = !at->room || (!busy_rooms_.contains(*at->room) && !passed_over.contains(*at->room));
        const auto* lane = lane_of(*at);
        const bool lane_is_free = lane == nullptr || (lane->until <= now && (!lane->narrow || lane->under_way == 0));
        const auto busy = under_way_.find(at->origin);
        const bool origin_is_free = busy == under_way_.end() || busy->second < limits_.per_origin;
        if (room_is_free && lane_is_free && origin_is_free && at->not_before <= now) return at;
        if (at->room) passed_over.insert(*at->room);
    }
    return at;
}

std::optional<http_job> http_schedule::start(http_clock::time_point now) {
    auto at = batches_.upper_bound(last_);
    for (std::size_t seen = 0; seen < batches_.size(); ++seen, ++at) {
        if (at == batches_.end()) at = batches_.begin();
        auto& [id, batch] = *at;
        if (!has_turn(batch)) continue;
        const auto next = next_in(batch, now);
        if (next == batch.waiting.end()) continue;

        auto job = *next;
        batch.waiting.erase(next);
        job.sent = now;
        ++batch.under_way;
        ++under_way_[job.origin];
        ++lanes_[job.lane].under_way;
        if (job.room) busy_rooms_.insert(*job.room);
        last_ = id;
        return job;
    }
    return std::nullopt;
}

void http_schedule::ended(const http_job& job) {
    const auto busy = under_way_.find(job.origin);
    if (--busy->second == 0) under_way_.erase(busy);
    --lanes_.at(job.lane).under_way;
    if (job.room) busy_rooms_.erase(*job.room);
    drop_if_over(job.lane);
    --batches_.at(job.batch).under_way;
    drop_if_over(job.batch);
}

void http_schedule::ended_to_go_again(const http_job& job) {
    auto& batch = batches_.at(job.batch);
    if (!batch.closed) batch.waiting.push_front(job);
    ended(job);
}

void http_schedule::pause(http_lane_id id, http_clock::time_point until) {
    auto& lane = lanes_[id];
    lane.until = std::max(lane.until, until);
    lane.narrow = true;
}

void http_schedule::passed(const http_job& job) {
    const auto found = lanes_.find(job.lane);
    // One that was sent before the pause says nothing about what the server takes after it.
    if (found == lanes_.end() || job.sent < found->second.until) return;
    found->second.narrow = false;
    drop_if_over(job.lane);
}

bool http_schedule::is_too_long(const http_job& job, http_clock::time_point until) const {
    return until - job.limited_since.value_or(until) > limits_.patience;
}

std::vector<http_schedule::overdue_job> http_schedule::take_overdue(http_clock::time_point now) {
    std::vector<overdue_job> overdue;
    for (auto at = batches_.begin(); at != batches_.end();) {
        const auto id = at->first;
        auto& batch = at->second;
        ++at;
        while (has_turn(batch)) {
            auto& first = batch.waiting.front();
            const auto* lane = lane_of(first);
            if (lane == nullptr || lane->until <= now) break;
            if (!first.limited_since) first.limited_since = now;
            if (!is_too_long(first, lane->until)) break;
            overdue.push_back({first, lane->until});
            batch.waiting.pop_front();
        }
        drop_if_over(id);
    }
    return overdue;
}

std::optional<http_clock::time_point> http_schedule::next_due(http_clock::time_point now) const {
    constexpr auto never = http_clock::time_point::max();
    auto due = never;
    for (const auto& [id, batch] : batches_) {
        if (!has_turn(batch)) continue;
        for (const auto& job : batch.waiting) {
            const auto* lane = lane_of(job);
            const auto when = lane == nullptr ? job.not_before : std::max(job.not_before, lane->until);
            if (when > now) due = std::min(due, when);
        }
    }
    return due == never ? std::nullopt : std::optional(due);
}

void http_schedule::drop_if_over(http_batch_id id) {
    const auto found = batches_.find(id);
    if (found != batches_.end() && found->second.waiting.empty() && found->second.under_way == 0) batches_.erase(found);
}

void http_schedule::drop_if_over(http_lane_id id) {
    const auto found = lanes_.find(id);
    if (found != lanes_.end() && !found->second.narrow && found->second.under_way == 0) lanes_.erase(found);
}

}  // namespace commhost::service
