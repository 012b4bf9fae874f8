#include "task/errors.hpp"

#include "task/lock.hpp"

#include <utility>

namespace commhost::task {

void blank_errors(store::connection& within, std::span<const std::string> texts, std::string_view by) {
    for (const auto& text : texts) {
        lock_by_key(within, "error_text is not null and error_text <> replace(error_text, :text, '')",
                    {{"text", text}});
        within.execute("update task set error_text = replace(error_text, :text, :by) "
                       "where error_text is not null and error_text <> replace(error_text, :text, :by)",
                       {{"text", text}, {"by", by}});
    }
    for (const auto& text : texts)
        within.execute("update task_circuit set reason = replace(reason, :text, :by) "
                       "where reason <> replace(reason, :text, :by)",
                       {{"text", text}, {"by", by}});
}

std::vector<told_error> errors_with(store::connection& on, std::string_view text) {
    std::vector<told_error> found;
    for (auto& [queue, id, error] : on.query<std::string, task_id, std::string>(
             "select queue, id, error_text from task "
             "where error_text is not null and error_text <> replace(error_text, :text, '') order by id",
             {{"text", text}}))
        found.push_back({std::move(queue), id, std::move(error)});
    for (auto& [queue, reason] : on.query<std::string, std::string>(
             "select queue, reason from task_circuit where reason <> replace(reason, :text, '') order by queue",
             {{"text", text}}))
        found.push_back({std::move(queue), std::nullopt, std::move(reason)});
    return found;
}

}  // namespace commhost::task
