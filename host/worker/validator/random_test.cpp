#include "worker/validator/random_test.hpp"

#include "worker/validator/judgement.hpp"
#include "worker/validator/play.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace commhost::worker::validator {

namespace {

using core_communication::http_request;
using core_communication::user_id;
using core_communication::testing::scripted_http;

/// The same sequence on every machine, which the distributions of the standard do not promise.
class chance {
  public:
    explicit chance(std::uint64_t seed) : random_(seed) {}

    std::size_t below(std::size_t end) { return static_cast<std::size_t>(random_() % end); }
    std::uint64_t number() { return random_(); }
    bool one_in(std::size_t many) { return below(many) == 0; }

  private:
    std::mt19937_64 random_;
};

std::vector<user_id> some_people(chance& by) {
    std::vector<user_id> some;
    for (const auto user : everybody)
        if (!by.one_in(3)) some.push_back(user);
    if (some.empty()) some.push_back(everybody.front());
    return some;
}

/// Anywhere: all worlds come into its way here.
bool has_ended_a_process(const stage& on, method which) {
    const auto& without = on.order().without;
    return std::any_of(without.begin(), without.end(),
                       [&](const left_out& each) { return each.method == to_string(which); });
}

/// Each request in a world of its own; half of them calm, so that something is begun before it goes wrong.
scripted_http::script random_script(chance& by) {
    return [&by](const http_request& request) {
        const auto where = by.one_in(2) ? world::calm : worlds_in_memory.at(by.below(worlds_in_memory.size()));
        const auto variant = by.below(variants_of(where));
        return script_of(where, variant, by.number())(request);
    };
}

void play_sequence(stage& on, std::uint64_t seed, std::size_t number, verdict& found) {
    constexpr std::size_t most_calls = 12;
    chance by(seed * 1'000'003 + number);
    scripted_http server(random_script(by));
    trial room(on, server);
    const auto where = "random-world " + std::to_string(number);
    for (const auto user : everybody)
        room.room().strict_processor::memory::set_account(user, person_of(user).username,
                                                          core_communication::account_origin::found);
    room.begin_task();
    for (auto calls = 1 + by.below(most_calls); calls > 0; --calls) {
        if (by.one_in(3)) room.begin_task();
        const auto which = every_method.at(by.below(every_method.size()));
        const auto people = some_people(by);
        if (is_without_room(which) || has_ended_a_process(on, which)) continue;
        const auto result = room.call(which, where, people);
        judge_ending(result, found);
        if (found.what() == outcome::failed) {
            found.remark("validate_sequence", {{"number", std::to_string(number)}, {"seed", std::to_string(seed)}});
            return;
        }
    }
}

}  // namespace

void examine_random_world(stage& on, verdict& found) {
    constexpr std::size_t sequences = 300;
    for (std::size_t number = 0; number < sequences && found.what() == outcome::success; ++number)
        play_sequence(on, on.order().seed, number, found);
}

}  // namespace commhost::worker::validator
