#include "worker/plugin_watch.hpp"

#include "message/error.hpp"
#include "temporary_folder.hpp"
#include "worker/codes.hpp"

#include <core_communication/provider_error.hpp>

#include <doctest/doctest.h>

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <stdexcept>
#include <string>

using namespace commhost;
using namespace std::chrono_literals;

namespace {

/// Looks that last until the test lets them end.
class gate {
  public:
    plugin::plugin_set pass() {
        std::unique_lock lock(mutex_);
        ++entered_;
        changed_.notify_all();
        changed_.wait(lock, [this] { return given_up_ || left_ < allowed_; });
        if (given_up_) throw core_communication::task_cancelled();
        ++left_;
        if (failing_) throw message::error(worker::WORKER_WATCH, {{"reason", "the test says so"}});
        plugin::plugin_set set;
        set.plugins.resize(static_cast<std::size_t>(left_));
        return set;
    }
    void give_up() {
        const std::lock_guard lock(mutex_);
        given_up_ = true;
        changed_.notify_all();
    }
    void allow(int looks, bool failing = false) {
        const std::lock_guard lock(mutex_);
        allowed_ += looks;
        failing_ = failing;
        changed_.notify_all();
    }
    void wait_until_entered(int looks) {
        std::unique_lock lock(mutex_);
        if (!changed_.wait_for(lock, 1min, [&] { return entered_ >= looks; })) throw std::runtime_error("nobody looks");
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int entered_ = 0;
    int allowed_ = 0;
    int left_ = 0;
    bool failing_ = false;
    bool given_up_ = false;
};

struct fixture {
    test::temporary_folder folder;
    gate looks;
    std::string told;
    worker::plugin_watch watch{{{folder.path()},
                                [this] { return looks.pass(); },
                                [this] { looks.give_up(); },
                                [this](const message::error& what) { told = what.text(); },
                                24h,
                                1ms}};
};

}  // namespace

TEST_CASE_FIXTURE(fixture, "whoever asks for the plugins does not wait for a look that hangs") {
    looks.wait_until_entered(1);
    CHECK_FALSE(watch.take());
    looks.allow(1);
    looks.wait_until_entered(1);
    watch.look_again();
    looks.wait_until_entered(2);
    const auto found = watch.take();
    REQUIRE(found);
    CHECK(found->plugins.size() == 1);
    CHECK_FALSE(watch.take());
}

TEST_CASE_FIXTURE(fixture, "a change in a root, in a plugin's folder or in its strings is a reason to look") {
    const auto plugin = folder.path() / "example";
    // A look that is under way began after everything before it: what comes after it comes of what changes while it waits.
    looks.wait_until_entered(1);
    std::filesystem::create_directories(plugin / "lang" / "en");
    looks.allow(1);
    looks.wait_until_entered(2);
    std::ofstream(plugin / "version.json") << "{}";
    looks.allow(1);
    looks.wait_until_entered(3);
    std::ofstream(plugin / "lang" / "en" / "communication_example.json") << "{}";
    looks.allow(1);
    looks.wait_until_entered(4);
    CHECK(told.empty());
}

TEST_CASE_FIXTURE(fixture, "a look that fails is told until one succeeds") {
    looks.allow(1, true);
    looks.wait_until_entered(2);  // it tries again by itself
    CHECK_THROWS_AS(watch.take(), message::error);
    CHECK_THROWS_AS(watch.take(), message::error);
    looks.allow(1);
    watch.look_again();
    looks.wait_until_entered(3);
    CHECK(watch.take());
}
