#include "cli/commands.hpp"
#include "cli/language.hpp"
#include "cli/progress_line.hpp"
#include "communication/room.hpp"
#include "message/catalogue.hpp"
#include "message/error.hpp"
#include "store/codes.hpp"
#include "task/queue.hpp"
#include "worker/codes.hpp"
#include "worker/supervisor.hpp"
#include "worker/supervisor_log.hpp"
#include "worker/upgrade.hpp"
#include "worker/worker.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace commhost::cli {

namespace {

struct run_flags {
    bool until_idle = false;
    std::int64_t drain_seconds = 30;
};

/// How everything stands when a run has ended.
struct summary {
    std::map<std::string, std::int64_t> rooms;  ///< By status; of the dormant ones only those that are not done with.
    std::int64_t people_waiting = 0;
    std::int64_t tasks_overdue = 0;  ///< That could run now, or ended with an error and wait for their next try.
    std::int64_t tasks_failed = 0;
    std::int64_t tasks_later = 0;                       ///< For a known date, or for another try of people who wait.
    std::optional<store::milliseconds_utc> next_due;    ///< Of all of these that are not failed.
    std::optional<store::milliseconds_utc> next_later;  ///< Of those that are for later.

    /// A room that an admin has frozen is as it is to be.
    bool all_done() const {
        return tasks_failed == 0 && tasks_overdue == 0 &&
               rooms.size() == rooms.count("ready") + rooms.count("held") + rooms.count("dormant, held");
    }
};

summary summarise(worker::host& host) {
    summary result;
    const auto on = host.database().borrow();
    for (const auto& room : communication::list_rooms(*on)) {
        const bool ready = room.status == communication::room_status::ready;
        if (room.active) ++result.rooms[std::string(to_string(room.status))];
        if (!room.active && !ready) ++result.rooms["dormant, " + std::string(to_string(room.status))];
    }
    for (const auto& counts : communication::count_members(*on)) result.people_waiting += counts.members.waiting;
    const auto earlier = [](std::optional<store::milliseconds_utc>& of, std::optional<store::milliseconds_utc> other) {
        if (other && (!of || *other < *of)) of = other;
    };
    for (const auto& count : host.queue().counts()) {
        if (count.in_state == task::state::failed) {
            result.tasks_failed += count.number;
            continue;
        }
        earlier(result.next_due, count.oldest_due);
        const bool for_later = count.in_state == task::state::queued;
        const auto overdue = for_later ? count.due : count.number;
        result.tasks_overdue += overdue;
        result.tasks_later += count.number - overdue;
        if (for_later) earlier(result.next_later, count.next_due);
    }
    return result;
}

void print(const summary& found, const worker::supervisor_result& ended, const output& out) {
    if (out.json()) {
        boost::json::object rooms;
        for (const auto& [status, number] : found.rooms) rooms[status] = number;
        boost::json::array unavailable;
        for (const auto& [provider, reason] : ended.unavailable)
            unavailable.push_back(boost::json::object{{"provider", provider}, {"reason", reason}});
        boost::json::array required;
        for (const auto& [name, reason] : ended.required_down)
            required.push_back(boost::json::object{{"plugin", name}, {"reason", reason}});
        out.document(boost::json::object{{"rooms", std::move(rooms)},
                                         {"people_waiting", found.people_waiting},
                                         {"tasks_overdue", found.tasks_overdue},
                                         {"tasks_later", found.tasks_later},
                                         {"tasks_failed", found.tasks_failed},
                                         {"next_due", time_json(found.next_due)},
                                         {"worker_crashes", ended.worker_crashes},
                                         {"providers_unavailable", std::move(unavailable)},
                                         {"required_unavailable", std::move(required)},
                                         {"stopped", ended.stopped}});
        return;
    }
    std::string rooms;
    for (const auto& [status, number] : found.rooms)
        rooms += fmt::format("{}{} {}", rooms.empty() ? "" : ", ", number, message::word_of("room_state", status));
    out.line(message::phrase("run_rooms", {{"rooms", rooms.empty() ? message::phrase("none") : rooms}}));
    const auto number_line = [&](std::string_view key, std::int64_t number) {
        if (number > 0)
            out.line(message::phrase(key, {{"number", std::to_string(number)}, {"time", time_text(found.next_later)}}));
    };
    number_line("run_people_waiting", found.people_waiting);
    number_line("run_tasks_failed", found.tasks_failed);
    number_line("run_tasks_overdue", found.tasks_overdue);
    number_line("run_tasks_later", found.tasks_later);
    for (const auto& [name, reason] : ended.required_down)
        out.line(message::error(worker::WORKER_REQUIRED, {{"plugin", name}, {"reason", reason}}).text());
    for (const auto& [provider, reason] : ended.unavailable) out.line(fmt::format("{}: {}", provider, reason));
}

void run(context& shared, const run_flags& flags) {
    const auto upgraded = worker::upgrade(shared.configuration().host, worker::copying::before);
    auto& host = shared.host();
    worker::supervisor_settings settings;
    settings.mode = flags.until_idle ? worker::run_mode::until_idle : worker::run_mode::until_stopped;
    settings.drain_timeout = std::chrono::seconds(flags.drain_seconds);
    settings.worker_command = shared.worker_command();
    const bool shows_progress = flags.until_idle && !shared.out.json() && ::isatty(STDERR_FILENO) == 1;
    if (shows_progress) settings.progress = [&host](const auto& still) { show_progress(host, still); };
    speak(host.settings().languages, host.settings().lang_folder);
    if (upgraded)
        worker::tell(host.log(), core_communication::log_level::info,
                     message::error(store::STORE_UPGRADED, {{"copy", upgraded->copy.string()}}));
    const auto ended = worker::supervisor(host, std::move(settings)).run();
    if (shows_progress) clear_progress();
    const auto found = summarise(host);
    speak(languages_asked_for(process_environment()), host.settings().lang_folder);
    if (flags.until_idle || shared.out.json()) print(found, ended, shared.out);
    if (flags.until_idle && (!found.all_done() || !ended.unavailable.empty()))
        shared.status = exit_status::changes_pending;
    if (flags.until_idle && !ended.required_down.empty()) shared.status = exit_status::failed;
}

}  // namespace

void add_run_commands(const command& program, context& shared) {
    const auto flags = std::make_shared<run_flags>();
    const auto run_command = program.subcommand("run", "help_run");
    run_command.flag("--until-idle", flags->until_idle, "help_run_until_idle");
    run_command.option("--drain-timeout", flags->drain_seconds, "help_run_drain_timeout")
        .between(0, 3600)
        .with_default();
    run_command.examples({"commhost run --until-idle"}).runs([flags, &shared] { run(shared, *flags); });

    struct worker_words {
        std::string provider, owner;
        std::optional<std::string> trial;
        int report = -1;
    };
    const auto words = std::make_shared<worker_words>();
    const auto worker_command = program.hidden("worker");
    worker_command.option("provider", words->provider, "").required();
    worker_command.option("owner", words->owner, "").required();
    worker_command.option("--trial", words->trial, "");
    worker_command.option("--report", words->report, "");
    worker_command.runs([words, &shared] {
        // What it says is for the admin who waits for it.
        if (words->trial) worker::run_trial(shared.host(), *words->trial, words->report);
        const auto& settings = shared.host().settings();
        speak(settings.languages, settings.lang_folder);
        worker::run_worker(shared.host(), words->provider, words->owner);
    });
}

}  // namespace commhost::cli
