#include "task/errors.hpp"

#include "store/json_rows.hpp"
#include "task/lock.hpp"

#include <utility>

namespace commhost::task {

namespace {

using store::column;
using store::json_rows;

void lock(store::connection& within, std::span<const told_error> errors) {
    if (within.dialect() != store::dialect::postgresql) return;
    json_rows tasks;
    json_rows queues;
    for (const auto& each : errors) {
        if (each.task) {
            tasks.add(*each.task);
        } else {
            queues.add(each.queue);
        }
    }
    if (!tasks.empty())
        lock_by_key(within,
                    "id in (select r.id from " +
                        json_rows::table(within.dialect(), ":rows", {{"id", column::integer}}) + " r)",
                    {{"rows", tasks.json()}});
    if (!queues.empty())
        within.query<std::string>("select queue from task_circuit where queue in (select r.queue from " +
                                      json_rows::table(within.dialect(), ":rows", {{"queue", column::text}}) +
                                      " r) order by queue for update",
                                  {{"rows", queues.json()}});
}

}  // namespace

std::vector<told_error> errors_with(store::connection& on, std::span<const std::string> texts) {
    std::vector<told_error> found;
    if (texts.empty()) return found;
    json_rows rows;
    for (const auto& text : texts) rows.add(text);
    const auto named = json_rows::table(on.dialect(), ":rows", {{"text", column::text}});
    for (auto& [queue, id, error] : on.query<std::string, task_id, std::string>(
             "select t.queue, t.id, t.error_text from task t where t.error_text is not null and exists "
             "(select 1 from " +
                 named + " r where t.error_text <> replace(t.error_text, r.text, '')) order by t.id",
             {{"rows", rows.json()}}))
        found.push_back({std::move(queue), id, std::move(error)});
    for (auto& [queue, reason] : on.query<std::string, std::string>(
             "select c.queue, c.reason from task_circuit c where exists (select 1 from " + named +
                 " r where c.reason <> replace(c.reason, r.text, '')) order by c.queue",
             {{"rows", rows.json()}}))
        found.push_back({std::move(queue), std::nullopt, std::move(reason)});
    return found;
}

void reword_errors(store::connection& within, std::span<const std::string> texts,
                   const std::function<std::string(const std::string&)>& other_words) {
    const auto found = errors_with(within, texts);
    if (found.empty()) return;
    lock(within, found);
    json_rows tasks;
    json_rows queues;
    for (const auto& [queue, id, text] : errors_with(within, texts)) {
        auto after = other_words(text);
        if (after == text) continue;
        if (id) {
            tasks.add(*id, text, after);
        } else {
            queues.add(queue, text, after);
        }
    }
    if (!tasks.empty())
        within.execute(
            "update task set error_text = r.after from " +
                json_rows::table(within.dialect(), ":rows",
                                 {{"id", column::integer}, {"before", column::text}, {"after", column::text}}) +
                " r where task.id = r.id and task.error_text = r.before",
            {{"rows", tasks.json()}});
    if (!queues.empty())
        within.execute(
            "update task_circuit set reason = r.after from " +
                json_rows::table(within.dialect(), ":rows",
                                 {{"queue", column::text}, {"before", column::text}, {"after", column::text}}) +
                " r where task_circuit.queue = r.queue and task_circuit.reason = r.before",
            {{"rows", queues.json()}});
}

}  // namespace commhost::task
