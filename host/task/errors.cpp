#include "task/errors.hpp"

#include <cstdint>

namespace commhost::task {

void blank_errors(store::connection& within, std::string_view text, std::string_view by) {
    within.execute("update task set error_text = replace(error_text, :text, :by) "
                   "where error_text is not null and error_text <> replace(error_text, :text, :by)",
                   {{"text", text}, {"by", by}});
}

bool is_there(store::connection& on, std::string_view key) {
    return on.scalar<std::int64_t>("select count(*) from task where key = :key", {{"key", key}}).value_or(0) > 0;
}

}  // namespace commhost::task
