#include "cli/commands.hpp"
#include "task/queue.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

namespace commhost::cli {

namespace {

namespace json = boost::json;

json::value or_null(const std::optional<std::string>& text) { return text ? json::value(*text) : json::value(nullptr); }

json::object to_json(const task::listed_task& each) {
    return {{"id", static_cast<std::int64_t>(each.id)},
            {"kind", each.kind},
            {"provider", each.queue},
            {"key", each.key},
            {"lane", std::string(name_of(each.in_lane))},
            {"state", std::string(name_of(each.state))},
            {"attempts", each.attempts},
            {"tries", each.tries},
            {"crashes", each.crashes},
            {"created", time_json(each.created)},
            {"due", time_json(each.due)},
            {"started", time_json(each.started)},
            {"owner", or_null(each.owner)},
            {"error_code", or_null(each.error_code)},
            {"error", or_null(each.error_text)},
            {"error_at", time_json(each.error_time)}};
}

void list(context& shared, const std::string& state, const std::string& provider) {
    task::task_filter filter;
    if (!state.empty()) filter.in_state = task::state_of(state);
    if (!provider.empty()) filter.queue = provider;
    json::array documents;
    std::vector<std::vector<std::string>> rows;
    for (const auto& each : shared.host().queue().list(filter)) {
        documents.push_back(to_json(each));
        rows.push_back({std::to_string(static_cast<std::int64_t>(each.id)), each.key, each.queue,
                        std::string(name_of(each.in_lane)), std::string(name_of(each.state)),
                        std::to_string(each.attempts), time_text(each.due), each.error_text.value_or("")});
    }
    if (shared.out.json()) {
        shared.out.document(json::object{{"tasks", std::move(documents)}});
    } else {
        shared.out.table({"TASK", "KEY", "PROVIDER", "LANE", "STATE", "ATTEMPTS", "DUE", "LAST ERROR"}, rows);
    }
}

void show(context& shared, std::int64_t id) {
    const auto each = shared.host().queue().find(task::task_id{id});
    if (shared.out.json()) {
        shared.out.document(to_json(each));
        return;
    }
    shared.out.fields(
        {{"task", std::to_string(id)},
         {"kind", each.kind},
         {"key", each.key},
         {"provider", each.queue},
         {"lane", std::string(name_of(each.in_lane))},
         {"state", std::string(name_of(each.state))},
         {"attempts", fmt::format("{} counted of {} tries, {} crashes", each.attempts, each.tries, each.crashes)},
         {"created", time_text(each.created)},
         {"due", time_text(each.due)},
         {"owner", each.owner.value_or("-")},
         {"last error", each.error_text ? fmt::format("{} ({})", *each.error_text, time_text(each.error_time)) : "-"}});
}

void tell(context& shared, std::int64_t id, std::string_view what) {
    if (shared.out.json()) {
        shared.out.document(json::object{{"task", id}, {"state", std::string(what)}});
    } else {
        shared.out.line(fmt::format("task {} is {}", id, what));
    }
}

}  // namespace

void add_task_commands(const command& program, context& shared) {
    const auto tasks = program.subcommand("task", "Tasks: what is to be done, runs, waits or has failed");

    struct words {
        std::int64_t id = 0;
        std::string state, provider;
    };
    const auto given = std::make_shared<words>();

    const auto list_command = tasks.subcommand("list", "Lists the tasks that are not done");
    list_command.option("--state", given->state, "queued, running, waiting or failed")
        .one_of({"queued", "running", "waiting", "failed"});
    list_command.option("--provider", given->provider, "only this provider's");
    list_command.examples({"commhost task list --state failed"});
    list_command.runs([given, &shared] { list(shared, given->state, given->provider); });

    const auto with_id = [&](const std::string& name, const char* purpose, auto work) {
        const auto made = tasks.subcommand(name, purpose);
        made.option("TASK", given->id, "its number").required();
        made.examples({fmt::format("commhost task {} 17", name)});
        made.runs([given, &shared, work] { work(shared, given->id); });
    };
    with_id("show", "Shows one task", show);
    with_id("retry", "Makes a task ready at once; of a failed one the attempts are forgotten",
            [](context& in, std::int64_t id) {
                in.host().queue().retry_now(task::task_id{id});
                tell(in, id, "queued");
            });
    with_id("cancel", "Drops a task that does not run", [](context& in, std::int64_t id) {
        in.host().queue().cancel(task::task_id{id});
        tell(in, id, "cancelled");
    });
}

}  // namespace commhost::cli
