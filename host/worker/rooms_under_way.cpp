#include "worker/rooms_under_way.hpp"

#include <algorithm>
#include <cstdint>
#include <exception>
#include <utility>

namespace commhost::worker {

rooms_under_way::rooms_under_way(task::queue& queue, service::log& log, rooms_settings settings)
    : queue_(queue), log_(log), settings_(std::move(settings)) {}

rooms_under_way::~rooms_under_way() { stop_all(); }

void rooms_under_way::look_after() {
    reap();
    if (none()) return;
    const auto lease = queue_.settings().lease;
    const auto now = settings_.now();
    if (now - sign_of_life_ > lease) stop_all();
    if (!unsure_ && now - sign_of_life_ < lease / 4) return;
    const auto held = queue_.heartbeat(settings_.owner);
    hold_from(now);
    compare_with(held);
}

void rooms_under_way::hold_from(std::chrono::steady_clock::time_point sign_of_life) {
    sign_of_life_ = sign_of_life;
    for (auto& room : rooms_) room.stop.lasts_until(sign_of_life_ + queue_.settings().lease);
}

void rooms_under_way::compare_with(const std::vector<task::held_task>& held) {
    auto left = held;
    for (auto& room : rooms_) {
        if (std::erase(left, task::held_task{room.task.id, room.task.lease}) == 0) room.stop.request();
    }
    if (!left.empty()) queue_.give_back(settings_.owner, left);
    unsure_ = false;
}

void rooms_under_way::take_more() {
    const auto free = settings_.at_once() - static_cast<int>(rooms_.size());
    if (free <= 0) return;
    const auto now = settings_.now();
    unsure_ = true;  // until the answer is here and each task has its thread
    auto leased = queue_.lease(settings_.owner, settings_.provider, free);
    if (!leased.empty()) hold_from(now);
    for (auto& task : leased) start(std::move(task));
    unsure_ = false;
}

void rooms_under_way::start(task::leased_task task) {
    auto& added = rooms_.emplace_back();
    added.task = std::move(task);
    added.stop.lasts_until(sign_of_life_ + queue_.settings().lease);
    try {
        added.done = std::async(std::launch::async, [this, &added] {
            try {
                settings_.work(added.task, added.stop.stop());
            } catch (...) {
                settings_.ended();
                throw;
            }
            settings_.ended();
        });
    } catch (...) {
        rooms_.pop_back();
        throw;
    }
}

void rooms_under_way::reap() {
    for (auto room = rooms_.begin(); room != rooms_.end();) {
        if (room->done.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
            ++room;
            continue;
        }
        take_leave_of(*room);
        room = rooms_.erase(room);
    }
}

void rooms_under_way::take_leave_of(room& ended) {
    if (ended.stop.requested()) unsure_ = true;
    try {
        ended.done.get();
    } catch (const std::exception& failed) {
        log_.write(core_communication::log_level::error,
                   {"worker", std::nullopt, static_cast<std::int64_t>(ended.task.id)}, failed.what());
        unsure_ = true;
    }
}

void rooms_under_way::stop_all() {
    for (auto& room : rooms_) room.stop.request();
}

}  // namespace commhost::worker
