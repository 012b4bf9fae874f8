#include "task/lock.hpp"

#include "task/task.hpp"

namespace commhost::task {

void lock_by_key(store::connection& on, const std::string& condition, std::initializer_list<store::parameter> with) {
    if (on.dialect() == store::dialect::postgresql)
        on.query<task_id>("select id from task where " + condition + " order by key for update", with);
}

}  // namespace commhost::task
