#include "task/progress.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace commhost::task {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds slot{10'000};
constexpr milliseconds kept{10 * 60'000};
constexpr milliseconds looked_at{5 * 60'000};
constexpr milliseconds enough{30'000};

constexpr const char* left_by_queue =
    "select queue, count(*) as number from task where state = 1 or (state = 0 and due <= :now) group by queue";

}  // namespace

progress progress_since(std::span<const sample> samples, sample now) {
    progress result;
    result.left = now.left;
    // Of several with as many the last: until then nothing got done.
    const auto most = std::max_element(samples.begin(), samples.end(), [](const auto& one, const auto& other) {
        return one.left < other.left || (one.left == other.left && one.at < other.at);
    });
    if (most == samples.end() || most->left <= now.left) return result;
    result.done = most->left - now.left;
    const milliseconds since{now.at - most->at};
    if (since >= enough) result.time_left = since * now.left / result.done;
    return result;
}

void keep_sample(store::connection& within, store::milliseconds_utc now) {
    within.execute("delete from task_sample where at < :before", {{"before", now - kept.count()}});
    within.execute("insert into task_sample (queue, slot, at, number)"
                   " select c.queue, cast(:slot as bigint), cast(:now as bigint), c.number from (" +
                       std::string(left_by_queue) + ") c where true on conflict (queue, slot) do nothing",
                   {{"slot", now / slot.count()}, {"now", now}});
}

std::vector<progress> progress_of(store::connection& on, store::milliseconds_utc now) {
    std::map<std::string, std::vector<sample>> samples;
    for (auto& [queue, at, number] : on.query<std::string, store::milliseconds_utc, std::int64_t>(
             "select queue, at, number from task_sample where at >= :from and at <= :now order by queue, at",
             {{"from", now - looked_at.count()}, {"now", now}}))
        samples[queue].push_back({at, number});
    std::vector<progress> result;
    for (auto& [queue, number] :
         on.query<std::string, std::int64_t>(std::string(left_by_queue) + " order by queue", {{"now", now}})) {
        result.push_back(progress_since(samples[queue], {now, number}));
        result.back().queue = std::move(queue);
    }
    return result;
}

}  // namespace commhost::task
