#include "service/http_schedule.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace commhost::service {

void http_schedule::open(http_batch_id batch, std::deque<http_job> jobs, http_clock::time_point now) {
    auto& opened = batches_[batch];
    for (const auto& job : jobs) {
        const auto [share, is_first] = opened.lanes.try_emplace(job.lane);
        ++share->second.waiting;
        if (!is_first) continue;
        auto& lane = lanes_[job.lane];
        ++lane.batches;
        share->second.before = lane.asked - std::max(lane.until - now, http_clock::time_point::duration::zero());
    }
    opened.waiting = std::move(jobs);
    opened.is_of_one_place = std::all_of(opened.waiting.begin(), opened.waiting.end(), [&](const http_job& each) {
        return each.origin == opened.waiting.front().origin && each.room == opened.waiting.front().room;
    });
    drop_if_over(batch);
}

void http_schedule::close(http_batch_id batch) {
    const auto found = batches_.find(batch);
    if (found == batches_.end()) return;
    found->second.waiting.clear();
    found->second.not_before.clear();
    for (auto& [lane, share] : found->second.lanes) share.waiting = 0;
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

void http_schedule::put_back(batch& one, const http_job& job) {
    const auto behind = std::find_if(one.waiting.begin(), one.waiting.end(),
                                     [&](const http_job& each) { return each.index > job.index; });
    one.waiting.insert(behind, job);
    ++one.lanes.at(job.lane).waiting;
    if (job.not_before != http_clock::time_point{}) one.not_before.insert(job.not_before);
}

std::deque<http_job>::iterator http_schedule::take_out(batch& one, std::deque<http_job>::iterator job) {
    --one.lanes.at(job->lane).waiting;
    if (const auto time = one.not_before.find(job->not_before); time != one.not_before.end())
        one.not_before.erase(time);
    return one.waiting.erase(job);
}

bool http_schedule::takes_another(const room& busy, const http_job& job) const {
    return busy.batch == job.batch && busy.kind == job.kind &&
           busy.under_way.count() < origins_.at(job.origin).may.for_one_room();
}

std::deque<http_job>::iterator http_schedule::next_in(batch& one, http_clock::time_point now, choice of) {
    // Far enough to fill the widest batch, near enough that a room's thousands of requests are not walked through each time.
    constexpr std::size_t furthest = 64;
    std::vector<http_room_id> passed_over;
    std::optional<http_origin_id> full;
    auto at = one.waiting.begin();
    for (std::size_t seen = 0; at != one.waiting.end(); ++at, ++seen) {
        if (seen == furthest || (one.is_of_one_place && (full || !passed_over.empty()))) return one.waiting.end();
        if (full == at->origin) continue;
        if (at->room && std::find(passed_over.begin(), passed_over.end(), *at->room) != passed_over.end()) continue;
        const auto busy = at->room ? busy_rooms_.find(*at->room) : busy_rooms_.end();
        if (const auto origin = origins_.find(at->origin); origin != origins_.end()) {
            const auto& may = origin->second.may;
            if (origin->second.under_way.count() >=
                (of == choice::free_rooms ? may.for_free_rooms() : may.for_busy_rooms())) {
                if (busy == busy_rooms_.end()) origin->second.is_wanted = true;
                full = at->origin;
                continue;
            }
        }
        const bool room_is_free =
            busy == busy_rooms_.end() || (of == choice::busy_rooms_too && takes_another(busy->second, *at));
        const auto& lane = lanes_.at(at->lane);
        const bool lane_is_free = lane.until <= now && (!lane.narrow || lane.under_way == 0);
        if (room_is_free && lane_is_free && at->not_before <= now) return at;
        if (at->room) passed_over.push_back(*at->room);
    }
    return at;
}

std::optional<http_job> http_schedule::start(http_clock::time_point now) {
    for (auto& [id, origin] : origins_) origin.is_wanted = false;
    if (auto job = start(now, choice::free_rooms)) return job;
    bool fills_rooms = false;
    for (auto& [id, origin] : origins_) {
        origin.may.looked(origin.is_wanted);
        fills_rooms = fills_rooms || origin.may.for_one_room() > 1;
    }
    return fills_rooms ? start(now, choice::busy_rooms_too) : std::nullopt;
}

std::optional<http_job> http_schedule::start(http_clock::time_point now, choice of) {
    auto at = batches_.upper_bound(last_);
    for (std::size_t seen = 0; seen < batches_.size(); ++seen, ++at) {
        if (at == batches_.end()) at = batches_.begin();
        auto& [id, batch] = *at;
        if (!has_turn(batch)) continue;
        const auto next = next_in(batch, now, of);
        if (next == batch.waiting.end()) continue;

        auto job = *next;
        const auto follower = take_out(batch, next);
        const bool followed =
            follower != batch.waiting.end() && follower->room == job.room && follower->kind == job.kind;
        job.sent = now;
        ++batch.under_way;
        auto& origin = origin_of(job.origin, now);
        origin.under_way.add(now);
        job.load_at_origin = origin.under_way.sum(now);
        bool is_of_several = false;
        ++lanes_.at(job.lane).under_way;
        if (job.room) {
            auto& room = busy_rooms_[*job.room];
            room.batch = job.batch;
            room.kind = job.kind;
            room.under_way.add(now);
            job.load_in_room = room.under_way.sum(now);
            is_of_several = followed || room.under_way.count() > 1;
        }
        job.turn = origin.may.sent(is_of_several);
        last_ = id;
        return job;
    }
    return std::nullopt;
}

http_schedule::origin& http_schedule::origin_of(http_origin_id id, http_clock::time_point now) {
    constexpr std::size_t most_origins = 64;
    if (origins_.size() >= most_origins && !origins_.contains(id)) {
        auto oldest = origins_.end();
        for (auto each = origins_.begin(); each != origins_.end(); ++each) {
            if (each->second.under_way.count() > 0) continue;
            if (oldest == origins_.end() || each->second.last_used < oldest->second.last_used) oldest = each;
        }
        if (oldest != origins_.end()) origins_.erase(oldest);
    }
    auto& found = origins_.try_emplace(id, limits_).first->second;
    found.last_used = now;
    return found;
}

void http_schedule::answered(const http_job& job, std::uint64_t kind, std::chrono::microseconds latency,
                             http_clock::time_point now) {
    auto& origin = origins_.at(job.origin);
    http_beside under_way{origin.under_way.mean_since(job.sent, job.load_at_origin, now), 0};
    if (job.room) under_way.in_room = busy_rooms_.at(*job.room).under_way.mean_since(job.sent, job.load_in_room, now);
    origin.may.answered(kind, latency, job.turn, under_way, job.sent, now);
}

bool http_schedule::refused(const http_job& job, http_clock::time_point now) {
    return origins_.at(job.origin).may.refused(job.sent, now);
}

std::optional<http_finding> http_schedule::take_news(http_origin_id id, http_clock::time_point now) {
    constexpr std::chrono::minutes between_news{1};
    const auto differs = [](std::size_t found, std::size_t told) { return found >= 2 * told || 2 * found <= told; };
    auto& origin = origins_.at(id);
    if (origin.told_at && now - *origin.told_at < between_news) return std::nullopt;
    const auto& at_once = origin.may.at_once();
    const auto& in_room = origin.may.in_room();
    const bool is_new = (at_once.is_found() && differs(at_once.settled(), origin.told.at_once)) ||
                        (in_room.is_found() && differs(in_room.settled(), origin.told.at_once_in_room));
    if (!is_new) return std::nullopt;
    const auto& measured = at_once.latency().count() > 0 ? at_once : in_room;
    origin.told = {at_once.settled(), in_room.settled(), measured.latency(), measured.best_latency()};
    origin.told_at = now;
    return origin.told;
}

std::size_t http_schedule::takes_at_once() const {
    std::size_t most = 0;
    for (const auto& [id, each] : origins_) most = std::max(most, each.may.at_once().settled());
    return most;
}

void http_schedule::ended(const http_job& job, http_clock::time_point now) {
    origins_.at(job.origin).under_way.remove(now);
    --lanes_.at(job.lane).under_way;
    if (job.room) {
        const auto busy = busy_rooms_.find(*job.room);
        busy->second.under_way.remove(now);
        if (busy->second.under_way.count() == 0) busy_rooms_.erase(busy);
    }
    --batches_.at(job.batch).under_way;
    drop_if_over(job.batch);
}

void http_schedule::ended_to_go_again(const http_job& job, http_clock::time_point now) {
    auto& batch = batches_.at(job.batch);
    if (!batch.closed) put_back(batch, job);
    ended(job, now);
}

http_schedule::longer_wait http_schedule::pause(http_lane_id id, http_clock::time_point now,
                                                http_clock::time_point until) {
    auto& lane = lanes_[id];
    lane.narrow = true;
    if (until <= lane.until) return {};
    const longer_wait longer{lane.until <= now, until - std::max(lane.until, now)};
    lane.asked += longer.by;
    lane.until = until;
    return longer;
}

void http_schedule::passed(const http_job& job) {
    auto& lane = lanes_.at(job.lane);
    // One that was sent before the pause says nothing about what the server takes after it.
    if (job.sent >= lane.until) lane.narrow = false;
}

bool http_schedule::is_too_long(const http_job& job) const {
    return is_too_long(batches_.at(job.batch).lanes.at(job.lane), lanes_.at(job.lane));
}

bool http_schedule::is_too_long(const share& of, const lane& waits) const {
    return waits.asked - of.before > limits_.patience;
}

std::vector<http_schedule::overdue_job> http_schedule::take_overdue(http_clock::time_point now) {
    std::vector<overdue_job> overdue;
    for (auto at = batches_.begin(); at != batches_.end();) {
        auto& [id, batch] = *at++;
        for (const auto& [of, share] : batch.lanes) {
            const auto& lane = lanes_.at(of);
            if (share.waiting == 0 || lane.until <= now || !is_too_long(share, lane)) continue;
            for (auto job = batch.waiting.begin(); job != batch.waiting.end();) {
                if (job->lane != of) {
                    ++job;
                    continue;
                }
                overdue.push_back({*job, lane.until});
                job = take_out(batch, job);
            }
        }
        drop_if_over(id);
    }
    return overdue;
}

std::optional<http_clock::time_point> http_schedule::next_due(http_clock::time_point now) const {
    constexpr auto never = http_clock::time_point::max();
    auto due = never;
    for (const auto& [id, lane] : lanes_)
        if (lane.batches > 0 && lane.until > now) due = std::min(due, lane.until);
    for (const auto& [id, batch] : batches_) {
        const auto time = batch.not_before.upper_bound(now);
        if (time != batch.not_before.end()) due = std::min(due, *time);
    }
    return due == never ? std::nullopt : std::optional(due);
}

void http_schedule::drop_if_over(http_batch_id id) {
    const auto found = batches_.find(id);
    if (found == batches_.end() || !found->second.waiting.empty() || found->second.under_way > 0) return;
    for (const auto& [lane, share] : found->second.lanes) {
        --lanes_.at(lane).batches;
        drop_if_over(lane);
    }
    batches_.erase(found);
}

void http_schedule::drop_if_over(http_lane_id id) {
    const auto found = lanes_.find(id);
    if (!found->second.narrow && found->second.batches == 0) lanes_.erase(found);
}

}  // namespace commhost::service
