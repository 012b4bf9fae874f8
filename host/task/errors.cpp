#include "task/errors.hpp"

namespace commhost::task {

void blank_errors(store::connection& within, std::string_view text, std::string_view by) {
    within.execute("update task set error_text = replace(error_text, :text, :by) "
                   "where error_text is not null and error_text <> replace(error_text, :text, :by)",
                   {{"text", text}, {"by", by}});
}

}  // namespace commhost::task
