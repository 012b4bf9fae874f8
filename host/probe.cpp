// commhost-probe LIBRARY MILLISECONDS BYTES-KEPT BYTES-ALLOWED: the process in which a plugin is loaded for the first time. It is
// a program of its own, with few libraries, because one is started for each plugin. worker/probe_process.hpp starts it.

#include "worker/probe.hpp"

#include <charconv>
#include <string_view>
#include <system_error>

namespace {

bool read_number(std::string_view word, auto& into) {
    const auto [end, failed] = std::from_chars(word.data(), word.data() + word.size(), into);
    return failed == std::errc{} && end == word.data() + word.size();
}

}  // namespace

int main(int count, char** words) {
    constexpr int wrong_usage = 64;
    commhost::worker::probe_order order{};
    std::chrono::milliseconds::rep time = 0;
    if (count != 5 || !read_number(words[2], time) || !read_number(words[3], order.output) ||
        !read_number(words[4], order.flood))
        return wrong_usage;
    order.library = words[1];
    order.time = std::chrono::milliseconds(time);
    return commhost::worker::probe(order);
}
