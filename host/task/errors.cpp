#include "task/errors.hpp"

#include "store/json_rows.hpp"
#include "task/lock.hpp"

#include <utility>

namespace commhost::task {

namespace {

using store::column;
using store::json_rows;

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

void replace_errors(store::connection& within, std::span<const other_words> errors) {
    json_rows tasks;
    json_rows queues;
    for (const auto& [of, text] : errors) {
        if (of.task) {
            tasks.add(*of.task, of.text, text);
        } else {
            queues.add(of.queue, of.text, text);
        }
    }
    if (!tasks.empty()) {
        const auto table = json_rows::table(
            within.dialect(), ":rows", {{"id", column::integer}, {"before", column::text}, {"after", column::text}});
        lock_by_key(within, "id in (select r.id from " + table + " r)", {{"rows", tasks.json()}});
        within.execute("update task set error_text = r.after from " + table +
                           " r where task.id = r.id and task.error_text = r.before",
                       {{"rows", tasks.json()}});
    }
    if (!queues.empty())
        within.execute(
            "update task_circuit set reason = r.after from " +
                json_rows::table(within.dialect(), ":rows",
                                 {{"queue", column::text}, {"before", column::text}, {"after", column::text}}) +
                " r where task_circuit.queue = r.queue and task_circuit.reason = r.before",
            {{"rows", queues.json()}});
}

}  // namespace commhost::task
