#include "audit/audit.hpp"
#include "cli/actor.hpp"
#include "cli/commands.hpp"
#include "cli/progress_line.hpp"
#include "communication/api.hpp"
#include "message/catalogue.hpp"
#include "task/queue.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
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
    const auto now = shared.host().clock().now();
    const auto add = [&](const task::listed_task& each) {
        if (shared.out.json()) {
            documents.push_back(to_json(each));
            return;
        }
        rows.push_back({std::to_string(static_cast<std::int64_t>(each.id)), each.key, each.queue,
                        message::word_of("lane", name_of(each.in_lane)),
                        message::word_of("task_state", name_of(each.state)),
                        age_text(std::chrono::milliseconds(now - each.created)), std::to_string(each.attempts),
                        time_text(each.due), each.error_text.value_or("")});
    };
    for (auto page = shared.host().queue().list(filter); !page.empty(); page = shared.host().queue().list(filter)) {
        for (const auto& each : page) add(each);
        filter.after = page.back().id;
    }
    if (shared.out.json()) {
        shared.out.document(json::object{{"tasks", std::move(documents)}});
    } else {
        shared.out.table({"heading_task", "heading_key", "heading_provider", "heading_lane", "heading_state",
                          "heading_age", "heading_attempts", "heading_due", "heading_last_error"},
                         rows);
    }
}

void show(context& shared, std::int64_t id) {
    const auto each = shared.host().queue().find(task::task_id{id});
    if (shared.out.json()) {
        shared.out.document(to_json(each));
        return;
    }
    shared.out.fields(
        {{"field_task", std::to_string(id)},
         {"field_kind", each.kind},
         {"field_key", each.key},
         {"field_provider", each.queue},
         {"field_lane", message::word_of("lane", name_of(each.in_lane))},
         {"field_state", message::word_of("task_state", name_of(each.state))},
         {"field_attempts", message::phrase("task_attempts", {{"attempts", std::to_string(each.attempts)},
                                                              {"tries", std::to_string(each.tries)},
                                                              {"crashes", std::to_string(each.crashes)}})},
         {"field_created", time_text(each.created)},
         {"field_due", time_text(each.due)},
         {"field_owner", each.owner.value_or("-")},
         {"field_last_error",
          each.error_text ? fmt::format("{} ({})", *each.error_text, time_text(each.error_time)) : "-"}});
}

/// The room that a task is about; none for a task of another kind.
std::optional<communication::communication_id> room_of(const task::listed_task& each) {
    if (each.kind != communication::reconcile_kind) return std::nullopt;
    return communication::room_of(each.payload);
}

/// Does something to a task, with a row of the audit.
void change(context& shared, std::int64_t id, const char* action, const std::function<void(store::connection&)>& work) {
    auto& host = shared.host();
    const auto before = host.queue().find(task::task_id{id});
    audit::subject about{audit::subject_kind::task};
    about.room = room_of(before);
    about.name = before.key;
    const json::object was{{"state", std::string(name_of(before.state))}, {"error_code", or_null(before.error_code)}};
    host.database().transact([&](store::connection& on) {
        work(on);
        audit::record(on, {by_admin(), about, action, json::serialize(was)}, host.clock().now());
    });
}

void tell(context& shared, std::int64_t id, std::string_view what) {
    if (shared.out.json()) {
        shared.out.document(json::object{{"task", id}, {"state", std::string(what)}});
    } else {
        shared.out.line(message::phrase(
            "task_is", {{"task", std::to_string(id)}, {"state", message::word_of("task_state", what)}}));
    }
}

}  // namespace

void add_task_commands(const command& program, context& shared) {
    const auto tasks = program.subcommand("task", "help_task");

    struct words {
        std::int64_t id = 0;
        std::string state, provider;
    };
    const auto given = std::make_shared<words>();

    const auto list_command = tasks.subcommand("list", "help_task_list");
    list_command.option("--state", given->state, "help_task_list_state")
        .one_of({"queued", "running", "waiting", "failed"});
    list_command.option("--provider", given->provider, "help_task_list_provider");
    list_command.examples({"commhost task list --state failed"});
    list_command.runs([given, &shared] { list(shared, given->state, given->provider); });

    const auto with_id = [&](const std::string& name, const char* purpose, auto work) {
        const auto made = tasks.subcommand(name, purpose);
        made.option("TASK", given->id, "help_task_number").required();
        made.examples({fmt::format("commhost task {} 17", name)});
        made.runs([given, &shared, work] { work(shared, given->id); });
    };
    add_status_command(tasks, shared);
    with_id("show", "help_task_show", show);
    with_id("retry", "help_task_retry", [](context& in, std::int64_t id) {
        change(in, id, "task_retried",
               [&](store::connection& on) { in.host().queue().retry_now(on, task::task_id{id}); });
        tell(in, id, "queued");
    });
    with_id("cancel", "help_task_cancel", [](context& in, std::int64_t id) {
        change(in, id, "task_cancelled",
               [&](store::connection& on) { in.host().queue().cancel(on, task::task_id{id}); });
        tell(in, id, "cancelled");
    });
}

}  // namespace commhost::cli
