#include "plugin/side_by_side.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <system_error>
#include <thread>
#include <vector>

namespace commhost::plugin {

void side_by_side(std::size_t count, const std::function<void(std::size_t)>& work) {
    std::atomic<std::size_t> next{0};
    std::vector<std::exception_ptr> thrown(count);
    const auto take_turns = [&] {
        for (auto at = next++; at < count; at = next++) {
            try {
                work(at);
            } catch (...) {  // thrown on below, by the thread that asked for the work
                thrown[at] = std::current_exception();
                next = count;
            }
        }
    };
    {
        std::vector<std::jthread> others;
        const auto at_once = std::min<std::size_t>(std::max(std::thread::hardware_concurrency(), 1U), count);
        try {
            while (others.size() + 1 < at_once) others.emplace_back(take_turns);
        } catch (const std::system_error&) {  // no more threads to be had: those that there are do it
        }
        take_turns();
    }
    for (const auto& each : thrown)
        if (each) std::rethrow_exception(each);
}

}  // namespace commhost::plugin
