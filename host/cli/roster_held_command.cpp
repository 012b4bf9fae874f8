#include "cli/actor.hpp"
#include "cli/commands.hpp"
#include "cli/confirmation.hpp"
#include "cli/roster_application.hpp"
#include "message/error.hpp"
#include "roster/cause.hpp"
#include "roster/held.hpp"
#include "roster/inverse.hpp"

#include <boost/json.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace commhost::cli {

namespace {

namespace json = boost::json;
using roster::held_id;

struct words {
    std::int64_t id = 0;
    std::string reason;
    std::optional<std::string> provider;
    bool decided = false;
};

json::object to_json(const roster::held_removals& held) {
    return {{"id", static_cast<std::int64_t>(held.id)},
            {"source", held.source},
            {"at", time_json(held.at)},
            {"removals", held.removals},
            {"rooms", held.rooms},
            {"because", held.because},
            {"until", time_json(held.until)}};
}

void list(context& shared) {
    const auto all = roster::list_held(*shared.host().database().borrow());
    if (shared.out.json()) {
        json::array rows;
        for (const auto& each : all) rows.push_back(to_json(each));
        return shared.out.document(rows);
    }
    if (all.empty()) return shared.out.line(message::phrase("roster_nothing_held"));
    std::vector<std::vector<std::string>> rows;
    for (const auto& each : all)
        rows.push_back({std::to_string(static_cast<std::int64_t>(each.id)), each.source, time_text(each.at),
                        std::to_string(each.removals), std::to_string(each.rooms),
                        message::word_of("held_because", each.because), time_text(each.until)});
    shared.out.table({"heading_id", "heading_source", "heading_since", "heading_removals", "heading_rooms",
                      "heading_because", "heading_until"},
                     std::move(rows));
}

json::object to_json(const roster::decided_removals& each) {
    auto row = to_json(each.was);
    row["decision"] = roster::to_string(each.how.what);
    row["by"] = each.how.by;
    row["decided_at"] = time_json(each.how.at);
    row["reason"] = each.how.reason;
    return row;
}

void list_decided(context& shared) {
    constexpr std::int64_t most = 1000;
    const auto all = roster::list_decided(*shared.host().database().borrow(), most);
    if (shared.out.json()) {
        json::array rows;
        for (const auto& each : all) rows.push_back(to_json(each));
        return shared.out.document(rows);
    }
    if (all.empty()) return shared.out.line(message::phrase("roster_nothing_decided"));
    std::vector<std::vector<std::string>> rows;
    for (const auto& [was, how] : all)
        rows.push_back({std::to_string(static_cast<std::int64_t>(was.id)), was.source, time_text(was.at),
                        std::to_string(was.removals), time_text(how.at),
                        message::word_of("held_decision", roster::to_string(how.what)), how.by, how.reason});
    shared.out.table({"heading_id", "heading_source", "heading_since", "heading_removals", "heading_decided",
                      "heading_decision", "heading_who", "heading_reason"},
                     std::move(rows));
}

void approve(context& shared, const words& given) {
    auto& host = shared.host();
    const auto& reason = given.reason;
    require_reason(reason);
    const held_id id{given.id};
    const auto rooms = room_choice_of(shared, given.provider);
    const auto now = host.clock().now();
    const auto who = login();
    struct outcome {
        roster::held_removals was;
        std::size_t left_out = 0;
        queued_rooms done;
    };
    const auto ended = host.database().transact([&](store::connection& on) {
        outcome result{roster::find_held(on, id), 0, {}};
        auto approved = roster::approve(on, id);
        result.left_out = approved.left_out;
        auto by = by_admin(reason);
        by.cause = roster::approval_cause(id);
        result.done = apply_changes(on, approved.changes, std::move(approved.inverse), rooms, by, now);
        roster::decide(on, id, {roster::held_decision::approved, who, reason, now});
        record_source(on, result.was.source, "removals_approved", by, now);
        return result;
    });
    if (shared.out.json())
        return shared.out.document(json::object{{"held", to_json(ended.was)},
                                                {"decision", "approved"},
                                                {"by", who},
                                                {"reason", reason},
                                                {"left_out", ended.left_out},
                                                {"rooms_queued", ended.done.queued}});
    if (ended.left_out > 0)
        shared.out.note(message::phrase("roster_approve_left_out", {{"number", std::to_string(ended.left_out)}}));
    shared.out.line(message::phrase("roster_applied", {{"number", std::to_string(ended.done.queued)}}));
}

void discard(context& shared, const words& given) {
    auto& host = shared.host();
    const auto& reason = given.reason;
    require_reason(reason);
    const held_id id{given.id};
    const auto who = login();
    const auto was = host.database().transact([&](store::connection& on) {
        auto held = roster::find_held(on, id);
        roster::decide(on, id, {roster::held_decision::discarded, who, reason, host.clock().now()});
        auto by = by_admin(reason);
        by.cause = roster::discard_cause(id);
        record_source(on, held.source, "removals_discarded", by, host.clock().now());
        return held;
    });
    if (shared.out.json())
        return shared.out.document(
            json::object{{"held", to_json(was)}, {"decision", "discarded"}, {"by", who}, {"reason", reason}});
    shared.out.line(message::phrase("roster_discarded", {{"number", std::to_string(was.removals)}}));
}

}  // namespace

void add_roster_held_commands(const command& rosters, context& shared) {
    const auto given = std::make_shared<words>();
    const auto held_command = rosters.subcommand("held", "help_roster_held");
    held_command.flag("--decided", given->decided, "help_roster_decided");
    held_command.examples({"commhost roster held", "commhost roster held --decided"}).runs([given, &shared] {
        given->decided ? list_decided(shared) : list(shared);
    });
    const auto add = [&](const char* word, const char* purpose) {
        const auto made = rosters.subcommand(word, purpose);
        made.option("ID", given->id, "help_roster_held_id").required();
        made.option("--reason", given->reason, "help_roster_reason").placeholder("TEXT").required();
        return made;
    };
    const auto approve_command = add("approve", "help_roster_approve");
    approve_command.option("--provider", given->provider, "help_roster_provider");
    approve_command.examples({"commhost roster approve 3 --reason 'end of term, see ticket 812'"})
        .runs([given, &shared] { approve(shared, *given); });
    add("discard", "help_roster_discard")
        .examples({"commhost roster discard 3 --reason 'the export was cut off'"})
        .runs([given, &shared] { discard(shared, *given); });
}

}  // namespace commhost::cli
