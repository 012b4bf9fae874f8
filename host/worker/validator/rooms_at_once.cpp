#include "worker/validator/rooms_at_once.hpp"

#include "text/sha256.hpp"
#include "worker/validator/judgement.hpp"
#include "worker/validator/play.hpp"

#include <array>
#include <barrier>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace commhost::worker::validator {

namespace {

using core_communication::http_outcome;
using core_communication::http_request;
using core_communication::http_response;
using core_communication::testing::scripted_http;

/// Where the two wait for each other in the middle of a call.
class meeting {
  public:
    /// Waits until the other has come as well, or does not come in this call: then it goes on alone.
    void meet() {
        // The other one may be waiting for what this one holds, which is slow and no fault of its verdicts.
        constexpr std::chrono::seconds patience(1);
        std::unique_lock lock(mutex_);
        if (ended_ > 0) return;
        if (waiting_ > 0) {
            --waiting_;
            ++met_;
            changed_.notify_all();
            return;
        }
        ++waiting_;
        const auto before = met_;
        changed_.wait_for(lock, patience, [&] { return met_ != before || ended_ > 0; });
        if (met_ == before) --waiting_;
    }

    /// This one has come to the end of the call.
    void end() {
        const std::lock_guard lock(mutex_);
        ++ended_;
        changed_.notify_all();
    }

    void begin_next() {
        const std::lock_guard lock(mutex_);
        ended_ = 0;
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t waiting_ = 0;
    std::size_t met_ = 0;
    std::size_t ended_ = 0;
};

struct next_call {
    meeting* at;
    void operator()() const noexcept { at->begin_next(); }
};

/// Both come to it before each call.
using both = std::barrier<next_call>;

/// A calm server in which the two meet, and that notices what is said about the room of the other.
class meeting_http final : public core_communication::http_service {
  public:
    meeting_http(meeting& at, std::string other) : meeting_(at), other_(std::move(other)) {}

    /// The requests about the other room since the last time.
    std::vector<std::string> take_astray() { return std::exchange(astray_, {}); }

    http_response send(const http_request& request) override {
        look_at(request);
        meeting_.meet();
        return calm_.send(request);
    }

    void send_all(std::span<const http_request> requests,
                  const std::function<void(std::size_t index, const http_outcome&)>& on_outcome) override {
        for (const auto& each : requests) look_at(each);
        meeting_.meet();
        calm_.send_all(requests, on_outcome);
    }

  private:
    void look_at(const http_request& request) {
        if (request.url.find(other_) != std::string::npos || request.body.find(other_) != std::string::npos)
            astray_.push_back(std::string(to_string(request.method)) + " " + request.url);
    }

    meeting& meeting_;
    std::string other_;
    scripted_http calm_{script_of(world::calm, 0, 0)};
    std::vector<std::string> astray_;
};

/// What one of the two found. Its methods are as in a room's life.
struct side {
    std::string key;    ///< Of its room; also a part of the room's name.
    std::string other;  ///< Of the other's.
    verdict found;
};

void want_a_room(trial& room, const std::string& key) {
    const auto picture = validator::picture();
    room.room().set_room({"Validate " + key, "What is tried here", text::sha256(picture.bytes)});
    room.room().set_picture(picture);
    for (const auto user : everybody)
        room.room().strict_processor::memory::set_account(user, person_of(user).username,
                                                          core_communication::account_origin::found);
}

/// The first thing is enough: whoever mixes rooms up does so everywhere.
void judge(const call_result& each, trial& room, meeting_http& http, side& of) {
    const std::string method(to_string(each.which));
    const auto mixed = [&](std::string_view phrase, std::string_view what) {
        if (of.found.what() == outcome::success)
            of.found.fail(phrase, {{"method", method}, {"what", room.blank()(std::string(what))}});
    };
    judge_ending(each, of.found);
    for (const auto& request : http.take_astray()) mixed("validate_rooms_mixed", request);
    if (each.url && each.url->find(of.other) != std::string::npos) mixed("validate_rooms_mixed", *each.url);
    for (const auto& breach : room.rules().take_breaches())
        if (breach.which == rule::calling_thread) mixed("validate_rooms_shared", breach.what);
}

void live(stage& on, meeting& at, both& step, side& of) {
    meeting_http http(at, of.other);
    trial room(on, http, {.room_key = of.key, .without_room = false, .every_url = {}});
    want_a_room(room, of.key);
    const auto together = [&](auto&& call) {
        step.arrive_and_wait();
        const call_result result = call();
        at.end();
        judge(result, room, http, of);
    };
    together([&] { return room.begin_task(); });
    for (const auto which : every_method)
        if (!is_without_room(which)) together([&] { return room.call(which, "rooms-at-once"); });
    step.arrive_and_wait();  // what the other one may still use is there until then
}

/// The other one goes on alone where something is wrong with this process.
void try_to_live(stage& on, meeting& at, both& step, side& of) {
    try {
        live(on, at, step, of);
    } catch (const std::exception& failed) {
        of.found.fail("validate_gave_up", {{"reason", failed.what()}});
        at.end();
        step.arrive_and_drop();
    }
}

}  // namespace

void examine_rooms_at_once(stage& on, verdict& found) {
    meeting at;
    both step(2, {&at});
    std::array sides{side{"commhost-validate-one", "commhost-validate-two", {}},
                     side{"commhost-validate-two", "commhost-validate-one", {}}};
    std::array<std::thread, 2> threads;
    for (std::size_t which = 0; which < threads.size(); ++which)
        threads.at(which) = std::thread([&, which] { try_to_live(on, at, step, sides.at(which)); });
    for (auto& each : threads) each.join();
    for (auto& each : sides) found.take_over(each.found);
}

}  // namespace commhost::worker::validator
