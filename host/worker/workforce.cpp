#include "worker/workforce.hpp"

#include "message/error.hpp"
#include "worker/availability.hpp"
#include "worker/codes.hpp"
#include "worker/owner.hpp"
#include "worker/room_places.hpp"
#include "worker/settings_fingerprint.hpp"
#include "worker/settlement.hpp"
#include "worker/supervisor_log.hpp"

#include <core_communication/logger.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <fstream>
#include <optional>
#include <utility>

namespace commhost::worker {

namespace {

using core_communication::log_level;
using std::chrono::milliseconds;
using steady = std::chrono::steady_clock;

constexpr std::int64_t mebibyte = 1024 * 1024;

/// What it has that is its own: resident, and not shared with others (proc(5), statm). 0 when it is gone.
std::int64_t own_memory(pid_t process) {
    std::ifstream statm(fmt::format("/proc/{}/statm", process));
    std::int64_t size = 0;
    std::int64_t resident = 0;
    std::int64_t shared = 0;
    if (!(statm >> size >> resident >> shared)) return 0;
    return (resident - shared) * ::sysconf(_SC_PAGESIZE);
}

std::string in_mebibytes(std::int64_t bytes) { return fmt::format("{} MiB", bytes / mebibyte); }

}  // namespace

workforce::workforce(host& of, std::vector<std::string> command,
                     std::function<void(const std::string&, verdict)> settled)
    : host_(of), command_(std::move(command)), settled_(std::move(settled)), overdue_look_(milliseconds(1'000)),
      settings_look_(milliseconds(2'000)), outgrown_look_(milliseconds(1'000)) {}

void workforce::start(const plugin::plugin_entry& provider) {
    started_worker worker{provider.name,
                          owner_name(++serial_),
                          {host_, provider},
                          provider.content,
                          settings_fingerprint(host_, provider),
                          provider.manifest->version,
                          steady::now()};
    auto command = command_;
    command.insert(command.end(), {worker.provider, worker.owner});
    workers_.emplace(children_.start(command), std::move(worker));
}

bool workforce::may_start(const std::string& provider, std::int64_t due) const {
    int taking = 0;
    int finishing = 0;
    for (const auto& [process, worker] : workers_) {
        if (worker.provider == provider) ++(worker.asked == asked::nothing ? taking : finishing);
    }
    if (taking == 0) return finishing < 2 * host_.settings().workers.most;
    // One more is worth its start where those at work leave it its hands full.
    return taking < host_.settings().workers.most && due > room_places(host_.settings().rooms_at_once, 0);
}

void workforce::hear() {
    for (const auto& [process, printed] : children_.take_output()) workers_.at(process).output.take(printed);
}

void workforce::reap() {
    for (auto& ended : children_.reap()) {
        auto& output = workers_.at(ended.process).output;
        output.take(ended.printed);
        output.end();
        ended_.push_back(std::move(ended));
    }
    while (!ended_.empty()) {
        settle(ended_.front());
        ended_.pop_front();
    }
}

void workforce::settle(ended_child& ended) {
    const auto found = workers_.find(ended.process);
    if (found == workers_.end()) return;
    const auto& worker = found->second;
    if (!worker.killed_for.empty()) ended.how = worker.killed_for;
    settled_(worker.provider, worker::settle(host_, worker, ended));
    workers_.erase(found);
}

std::vector<std::string> workforce::owners() const {
    std::vector<std::string> names;
    for (const auto& [process, worker] : workers_) names.push_back(worker.owner);
    return names;
}

void workforce::end_overdue_tasks() {
    if (!overdue_look_.due()) return;
    for (const auto& task : host_.queue().overdue()) {
        for (auto& [process, worker] : workers_) {
            if (worker.owner != task.owner) continue;
            children_.kill(process);
            worker.asked = asked::to_end;
            worker.overdue.insert_or_assign(task.id, task);
        }
    }
}

void workforce::replace_changed(const plugin::plugin_set& found) {
    const bool look_at_settings = settings_look_.due();
    for (auto& [process, worker] : workers_) {
        if (worker.asked != asked::nothing) continue;
        const auto* entry = found.find(worker.provider);
        if (const auto reason = why_not_sound(entry, worker.provider)) {
            retire(process, worker, reason->text());
        } else if (entry->content != worker.content) {
            replace(process, worker, message::phrase("changed_plugin"));
        } else if (look_at_settings && worker.settings) {
            const auto now = settings_fingerprint(host_, *entry);
            if (now && now != worker.settings) replace(process, worker, message::phrase("changed_setting"));
        }
    }
}

void workforce::replace_outgrown() {
    if (!outgrown_look_.due()) return;
    const auto& limits = host_.settings().workers;
    const auto most = limits.memory_mib * mebibyte;
    for (auto& [process, worker] : workers_) {
        if (worker.asked == asked::to_end) continue;
        const auto memory = own_memory(process);
        if (memory > 2 * most) {
            worker.killed_for = message::phrase("process_killed_for_memory",
                                                {{"memory", in_mebibytes(memory)}, {"most", in_mebibytes(most)}});
            children_.kill(process);
        } else if (worker.asked != asked::nothing) {
            continue;
        } else if (memory > most) {
            replace(
                process, worker,
                message::phrase("outgrown_memory", {{"memory", in_mebibytes(memory)}, {"most", in_mebibytes(most)}}));
        } else if (steady::now() - worker.started > limits.age) {
            replace(process, worker, message::phrase("outgrown_age"));
        }
    }
}

void workforce::retire_all(const std::string& reason) {
    for (auto& [process, worker] : workers_) {
        if (worker.asked == asked::nothing) retire(process, worker, reason);
    }
}

void workforce::ask_all_to_stop() {
    for (auto& [process, worker] : workers_) {
        worker.asked = asked::to_end;
        children_.ask_to_stop(process);
    }
}

void workforce::kill_all() {
    for (const auto& [process, worker] : workers_) children_.kill(process);
}

void workforce::replace(pid_t process, started_worker& worker, const std::string& because) {
    tell(host_.log(), log_level::info,
         message::error(WORKER_REPLACED, {{"provider", worker.provider}, {"reason", because}}));
    ask_to_finish(process, worker);
}

void workforce::retire(pid_t process, started_worker& worker, const std::string& reason) {
    tell(host_.log(), log_level::warning,
         message::error(WORKER_RETIRES, {{"provider", worker.provider}, {"reason", reason}}));
    ask_to_finish(process, worker);
}

void workforce::ask_to_finish(pid_t process, started_worker& worker) {
    worker.asked = asked::to_finish;
    children_.ask_to_finish(process);
}

}  // namespace commhost::worker
