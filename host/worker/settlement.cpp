#include "worker/settlement.hpp"

#include "message/error.hpp"
#include "plugin/quarantine.hpp"
#include "worker/codes.hpp"
#include "worker/ended_tasks.hpp"
#include "worker/supervisor_log.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

namespace commhost::worker {

namespace {

using core_communication::log_level;

std::int64_t tasks_of(host& of, const std::string& name) {
    const auto owners = of.queue().owners();
    const auto found = std::find_if(owners.begin(), owners.end(), [&](const auto& each) { return each.name == name; });
    return found == owners.end() ? 0 : found->tasks;
}

void settle_overdue(host& of, const started_worker& worker) {
    for (const auto& [id, task] : worker.overdue) {
        const message::error why(WORKER_DEADLINE, {{"task", std::to_string(static_cast<std::int64_t>(id))}});
        tell(of.log(), log_level::error, why);
        end_by_deadline(of.database(), of.queue(), task, {std::string(why.code().id()), why.text(), true});
    }
}

void settle_crash(host& of, const started_worker& worker, const ended_child& ended) {
    of.database().transact([&](store::connection& on) {
        end_by_crash(on, of.queue(), worker.owner, ended.how);
        plugin::note_crash(on, worker.provider, worker.version, !ended.did_work, ended.how, of.clock().now());
    });
    tell(of.log(), log_level::error,
         message::error(WORKER_CRASHED, {{"provider", worker.provider}, {"how", ended.how}}));
}

}  // namespace

verdict settle(host& of, const started_worker& worker, const ended_child& ended) {
    settle_overdue(of, worker);
    const auto found = judge({ended.exit_status, ended.signal, worker.asked, tasks_of(of, worker.owner)});
    if (found == verdict::crashed) {
        settle_crash(of, worker, ended);
        return found;
    }
    of.queue().release_gracefully(worker.owner);
    // One that was stopped, or killed for a task, before it got on with any says nothing of its plugin.
    if (ended.did_work) plugin::end_quarantine(*of.database().borrow(), worker.provider, worker.version);
    return found;
}

}  // namespace commhost::worker
