#include "task/presence.hpp"

#include <chrono>
#include <utility>

namespace commhost::task {

namespace {

constexpr std::chrono::milliseconds counts_for = std::chrono::seconds(45);  // four times it was to be said
constexpr std::chrono::milliseconds kept = std::chrono::hours(24 * 30);

}  // namespace

void note_presence(store::connection& within, std::string_view name, store::milliseconds_utc now) {
    within.execute("delete from task_presence where seen < :before", {{"before", now - kept.count()}});
    within.execute(R"(insert into task_presence (name, since, seen, ended) values (:name, :now, :now, 0)
                      on conflict (name) do update set seen = excluded.seen, ended = 0)",
                   {{"name", name}, {"now", now}});
}

void note_end(store::connection& within, std::string_view name) {
    within.execute("update task_presence set ended = 1 where name = :name", {{"name", name}});
}

std::vector<presence> presences(store::connection& on, store::milliseconds_utc now) {
    std::vector<presence> result;
    for (auto& [name, since, seen, ended] :
         on.query<std::string, store::milliseconds_utc, store::milliseconds_utc, bool>(
             "select name, since, seen, ended from task_presence order by seen desc, name"))
        result.push_back({std::move(name), since, seen, !ended && now - seen <= counts_for.count()});
    return result;
}

}  // namespace commhost::task
