#pragma once

#include "worker/validator/stage.hpp"
#include "worker/validator/trial.hpp"
#include "worker/validator/watcher.hpp"
#include "worker/validator/world.hpp"

#include <core_communication/testing/scripted_http.hpp>

#include <functional>
#include <vector>

namespace commhost::worker::validator {

/// A call of a play, and where it was made.
struct played {
    world where = world::calm;
    call_result result;
};

/// What came of all plays of a survey.
struct survey {
    std::vector<played> calls;
    std::vector<breach> breaches;
};

/// Prepares a room in the calm world as far as a plugin without a server can: accounts, the room, and people in it. From then on it
/// is that room which is to be adopted. Whoever
/// has no account then is given one, for a host asks to add only those who have. The object is a task's last one.
void prepare(trial& room);

/// Each method that the stage tries on an object and a room of its own, in one form of a world: where the contract allows it on a
/// room that was never made, and on one that was prepared.
void play(stage& on, world where, std::size_t variant, const std::function<void(const call_result&)>& on_call,
          std::vector<breach>* breaches = nullptr);

/// Plays every form of every world. Breaches that were seen on the server come to those that are seen here.
survey play_everywhere(stage& on);

/// A whole life of a room in the calm world, in one object, and what needs no room. Returns whether a method succeeded that
/// had to send something for it, or whether none sends anything.
bool live_calmly(stage& on);

/// The same where nothing comes back but failures, and where answers are of unexpected shapes; the room and its people are
/// there before.
void live_badly(stage& on);

}  // namespace commhost::worker::validator
