#include "worker/tables.hpp"

#include "audit/migrations.hpp"
#include "communication/migrations.hpp"
#include "directory/migrations.hpp"
#include "plugin/migrations.hpp"
#include "roster/migrations.hpp"
#include "service/migrations.hpp"
#include "task/migrations.hpp"

namespace commhost::worker {

std::vector<store::migration> all_migrations() {
    std::vector<store::migration> steps;
    for (const auto room : {task::migrations(), directory::migrations(), plugin::migrations(), service::migrations(),
                            communication::migrations(), roster::migrations(), audit::migrations()})
        steps.insert(steps.end(), room.begin(), room.end());
    return steps;
}

}  // namespace commhost::worker
