#include "service/model_server.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace commhost::test {

using service::http_batch_id;
using service::http_job;

model_world::model_world(const service::http_schedule::limits& limits, const model_behaviour& server, unsigned seed)
    : schedule_(limits), server_(server), random_(seed) {}

void model_world::work(std::size_t rooms, room_of_requests of) {
    requests_ = std::move(of);
    rooms_wanted_ = rooms;
    while (rooms_ < rooms_wanted_) open_room();
    start_all();
}

double model_world::run_for(std::chrono::milliseconds time) {
    const auto until = now_ + time;
    const auto before = answered_;
    while (!events_.empty() && events_.top().when <= until) step();
    now_ = until;
    return static_cast<double>(answered_ - before) / std::chrono::duration<double>(time).count();
}

void model_world::finish() {
    rooms_wanted_ = 0;
    while (!events_.empty()) step();
}

double model_world::part_beside_in_room() {
    return static_cast<double>(std::exchange(sent_beside_, 0)) /
           static_cast<double>(std::max<std::size_t>(1, std::exchange(sent_in_rooms_, 0)));
}

std::size_t model_world::most_under_way() { return std::exchange(most_under_way_, under_way_); }

void model_world::after(double milliseconds, std::function<void()> happens) {
    const std::chrono::duration<double, std::milli> time(milliseconds);
    events_.push(
        {now_ + std::chrono::duration_cast<clock::time_point::duration>(time), ++numbers_, std::move(happens)});
}

void model_world::step() {
    const auto next = events_.top();
    events_.pop();
    now_ = next.when;
    next.happens();
    start_all();
}

void model_world::open_room() {
    ++rooms_;
    const http_batch_id id{++batches_};
    auto requests = requests_(batches_);
    std::deque<http_job> jobs;
    for (std::size_t index = 0; index < requests.size(); ++index) {
        http_job job;
        job.batch = id;
        job.index = index;
        job.kind = requests[index].kind;
        if (requests[index].in_room) job.room = service::http_room_id{batches_};
        jobs.push_back(job);
    }
    unanswered_[id] = requests.size();
    of_batch_[id] = std::move(requests);
    schedule_.open(id, std::move(jobs), now_);
}

void model_world::start_all() {
    while (const auto job = schedule_.start(now_)) {
        ++under_way_;
        most_under_way_ = std::max(most_under_way_, under_way_);
        if (job->room) {
            ++sent_in_rooms_;
            if (++sent_of_room_[*job->room] > 1) ++sent_beside_;
        }
        after(server_.round_trip / 2,
              [this, request = sent{*job, of_batch_.at(job->batch)[job->index].takes, now_, 200}] { arrive(request); });
    }
}

void model_world::arrive(sent request) {
    if (there_ >= server_.refuses_from) {
        request.status = 503;
        after(server_.round_trip / 2, [this, request] { take_answer(request); });
        return;
    }
    ++there_;
    if (!request.job.room) {
        ready_.push_back(request);
    } else {
        auto& of_room = waiting_[*request.job.room];
        of_room.push_back(request);
        if (of_room.size() == 1) ready_.push_back(request);
    }
    take_next();
}

void model_world::take_next() {
    while (busy_ < server_.capacity && !ready_.empty()) {
        const auto request = ready_.front();
        ready_.pop_front();
        auto takes = request.takes * (1 + server_.crowding * static_cast<double>(busy_));
        if (request.job.room)
            takes *= 1 + server_.room_crowding * static_cast<double>(waiting_.at(*request.job.room).size() - 1);
        takes *= std::exp(std::normal_distribution<>(0, server_.scatter)(random_));
        ++busy_;
        after(takes, [this, request] { leave(request); });
    }
}

void model_world::leave(const sent& request) {
    --busy_;
    --there_;
    if (request.job.room) {
        const auto of_room = waiting_.find(*request.job.room);
        of_room->second.pop_front();
        if (of_room->second.empty())
            waiting_.erase(of_room);
        else
            ready_.push_back(of_room->second.front());
    }
    take_next();
    after(server_.round_trip / 2, [this, request] { take_answer(request); });
}

void model_world::take_answer(const sent& request) {
    --under_way_;
    const auto& job = request.job;
    if (job.room && --sent_of_room_.at(*job.room) == 0) sent_of_room_.erase(*job.room);
    if (request.status == 503) {
        ++refusals_;
        schedule_.refused(job, now_);
        auto again = job;
        again.not_before = now_ + std::chrono::seconds(1);
        schedule_.ended_to_go_again(again, now_);
        after(1000, [] {});
        return;
    }
    ++answered_;
    schedule_.answered(job, job.kind, std::chrono::duration_cast<std::chrono::microseconds>(now_ - request.at), now_);
    const auto batch = job.batch;
    schedule_.ended(job, now_);
    if (--unanswered_.at(batch) > 0) return;
    unanswered_.erase(batch);
    of_batch_.erase(batch);
    --rooms_;
    if (rooms_ < rooms_wanted_) open_room();
}

double best_fixed(const model_behaviour& server, std::size_t rooms, const model_world::room_of_requests& of) {
    double best = 0;
    for (const std::size_t in_room : {1U, 2U, 4U, 8U}) {
        for (const std::size_t at_once : {1U, 2U, 3U, 4U, 8U, 16U, 32U, 64U}) {
            if (in_room > at_once || (rooms == 1 && in_room != at_once)) continue;
            service::http_schedule::limits fixed;
            fixed.per_batch = 64;
            fixed.per_origin.start = fixed.per_origin.least = fixed.per_origin.most = at_once;
            fixed.per_room.start = fixed.per_room.least = fixed.per_room.most = in_room;
            model_world world(fixed, server);
            world.work(rooms, of);
            world.run_for(std::chrono::seconds(2));
            best = std::max(best, world.run_for(std::chrono::seconds(12)));
        }
    }
    return best;
}

}  // namespace commhost::test
