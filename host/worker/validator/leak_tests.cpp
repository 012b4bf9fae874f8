#include "worker/validator/leak_tests.hpp"

#include "worker/sanitizer.hpp"
#include "worker/stray_processes.hpp"
#include "worker/validator/belongings.hpp"
#include "worker/validator/play.hpp"

#include <malloc.h>
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <set>

namespace commhost::worker::validator {

namespace {

/// Before anything is counted, so that what is made once and kept does not count.
constexpr int lives_to_settle = 10;

std::size_t memory_in_use() {
    const auto all = ::mallinfo2();
    return all.uordblks + all.hblkhd;
}

/// A room's life where all goes well, and where nothing does.
bool live(stage& on) {
    const bool succeeds = live_calmly(on);
    live_badly(on);
    return succeeds;
}

}  // namespace

/// A thread that was joined may be seen by the system for a moment still; one that was left runs on.
std::size_t threads_left(std::size_t expected) {
    constexpr std::chrono::seconds patience(5);
    constexpr int pause = 10;  // milliseconds
    const auto deadline = std::chrono::steady_clock::now() + patience;
    auto count = own_belongings().threads;
    while (count > expected && std::chrono::steady_clock::now() < deadline) {
        ::poll(nullptr, 0, pause);
        count = own_belongings().threads;
    }
    return count;
}

std::size_t descriptors_beyond(const std::set<int>& before) {
    const auto now = own_belongings().descriptors;
    return static_cast<std::size_t>(
        std::count_if(now.begin(), now.end(), [&](int each) { return !before.contains(each); }));
}

void examine_silence(stage& on, verdict& /*found*/) { play_everywhere(on); }

void examine_threads(stage& on, verdict& found) {
    const auto before = on.before_load().threads;
    live(on);
    if (const auto left = threads_left(before); left > before)
        found.fail("validate_threads_left", {{"number", std::to_string(left - before)}});
}

void examine_processes(stage& on, verdict& found) {
    constexpr std::size_t most = 100;
    const bool succeeds = live(on);
    if (const auto left = count_descendants(most); left > 0)
        found.fail("validate_processes_left", {{"number", std::to_string(left)}});
    if (!succeeds) found.skip("validate_nothing_succeeded");
}

void examine_descriptors(stage& on, verdict& found) {
    constexpr std::size_t lives = 5;
    const bool succeeds = live(on);
    const auto once = descriptors_beyond(on.before_load().descriptors);
    for (std::size_t life = 0; life < lives; ++life) live(on);
    const auto after = descriptors_beyond(on.before_load().descriptors);
    if (after > once)
        found.fail("validate_descriptors_left",
                   {{"number", std::to_string(after - once)}, {"lives", std::to_string(lives)}});
    else if (once > 0)
        found.warn("validate_descriptors_kept", {{"number", std::to_string(once)}});
    if (!succeeds) found.skip("validate_nothing_succeeded");
}

void examine_memory(stage& on, verdict& found) {
    if (is_sanitized) {
        found.skip("validate_memory_unknown");
        return;
    }
    constexpr std::size_t lives = 200;
    constexpr std::size_t much = 1024;  // bytes for each life
    constexpr std::size_t little = 64;
    for (int life = 0; life < lives_to_settle; ++life) live(on);
    bool succeeds = false;
    const auto before = memory_in_use();
    for (std::size_t life = 0; life < lives; ++life) succeeds = live(on);
    const auto after = memory_in_use();
    const auto grown = after > before ? (after - before) / lives : 0;
    const message::arguments what{{"bytes", std::to_string(grown)}, {"lives", std::to_string(lives)}};
    if (grown > much)
        found.fail("validate_memory_left", what);
    else if (grown > little)
        found.warn("validate_memory_left", what);
    if (!succeeds) found.skip("validate_nothing_succeeded");
}

}  // namespace commhost::worker::validator
