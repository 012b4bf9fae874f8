#include "worker/validator/play.hpp"
#include "worker/validator/rule_tests.hpp"

#include <malloc.h>
#include <poll.h>

#include <chrono>
#include <filesystem>
#include <functional>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define COMMHOST_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define COMMHOST_SANITIZED 1
#endif
#endif

namespace commhost::worker::validator {

namespace {

#if defined(COMMHOST_SANITIZED)
constexpr bool counts_memory = false;  // a sanitizer brings its own malloc, of which glibc knows nothing
#else
constexpr bool counts_memory = true;
#endif

/// Before anything is counted, so that what is made once and kept does not count.
constexpr int lives_to_settle = 10;

std::size_t entries_in(const char* folder) {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& each : std::filesystem::directory_iterator(folder)) ++count;
    return count;
}

std::size_t threads() { return entries_in("/proc/self/task"); }
std::size_t descriptors() { return entries_in("/proc/self/fd"); }

std::size_t memory_in_use() {
    const auto all = ::mallinfo2();
    return all.uordblks + all.hblkhd;
}

/// A thread that was joined may be seen by the system for a moment still; one that was left runs on.
std::size_t threads_left(std::size_t expected) {
    constexpr std::chrono::seconds patience(5);
    constexpr int pause = 10;  // milliseconds
    const auto deadline = std::chrono::steady_clock::now() + patience;
    auto count = threads();
    while (count > expected && std::chrono::steady_clock::now() < deadline) {
        ::poll(nullptr, 0, pause);
        count = threads();
    }
    return count;
}

}  // namespace

void examine_silence(stage& on, verdict& /*found*/) { play_everywhere(on); }

void examine_threads(stage& on, verdict& found) {
    const auto before = threads();
    live_calmly(on);
    if (const auto left = threads_left(before); left > before)
        found.fail("validate_threads_left", {{"number", std::to_string(left - before)}});
}

void examine_descriptors(stage& on, verdict& found) {
    constexpr std::size_t lives = 5;
    const auto before = descriptors();
    live_calmly(on);
    const auto once = descriptors();
    for (std::size_t life = 0; life < lives; ++life) live_calmly(on);
    const auto after = descriptors();
    if (after > once)
        found.fail("validate_descriptors_left",
                   {{"number", std::to_string(after - once)}, {"lives", std::to_string(lives)}});
    else if (once > before)
        found.warn("validate_descriptors_kept", {{"number", std::to_string(once - before)}});
}

void examine_memory(stage& on, verdict& found) {
    if (!counts_memory) {
        found.skip("validate_memory_unknown");
        return;
    }
    constexpr std::size_t lives = 200;
    constexpr std::size_t much = 1024;  // bytes for each life
    constexpr std::size_t little = 64;
    for (int life = 0; life < lives_to_settle; ++life) live_calmly(on);
    const auto before = memory_in_use();
    for (std::size_t life = 0; life < lives; ++life) live_calmly(on);
    const auto after = memory_in_use();
    const auto grown = after > before ? (after - before) / lives : 0;
    const message::arguments what{{"bytes", std::to_string(grown)}, {"lives", std::to_string(lives)}};
    if (grown > much)
        found.fail("validate_memory_left", what);
    else if (grown > little)
        found.warn("validate_memory_left", what);
}

}  // namespace commhost::worker::validator
