#include "audit/audit.hpp"
#include "cli/actor.hpp"
#include "cli/commands.hpp"
#include "cli/site.hpp"
#include "communication/accounts.hpp"
#include "communication/api.hpp"
#include "communication/leavers.hpp"
#include "communication/members.hpp"
#include "communication/room.hpp"
#include "communication/room_archive.hpp"
#include "communication/room_hold.hpp"
#include "directory/instance.hpp"
#include "directory/membership.hpp"
#include "directory/user.hpp"
#include "message/catalogue.hpp"
#include "task/queue.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace commhost::cli {

namespace {

namespace json = boost::json;
using communication::communication_id;
using communication::room;
using core_communication::user_id;

std::string name_of(const directory::instance& instance) { return directory::name_of(instance.key); }

/// Of a dormant room that is not done with, both; of an archived one that it is that.
std::string state_of(const room& each) {
    std::string status(to_string(each.status));
    if (each.active) return status;
    if (each.closed && each.status == communication::room_status::ready) return "archived";
    return each.status == communication::room_status::ready ? "dormant" : "dormant, " + status;
}

/// The same for people.
std::string shown_state_of(const room& each) {
    auto status = message::word_of("room_state", to_string(each.status));
    if (each.active) return status;
    const auto dormant = message::phrase(each.closed ? "room_state_archived" : "room_state_dormant");
    return each.status == communication::room_status::ready ? dormant : dormant + ", " + status;
}

/// How a person who is wanted stands to the room; what the last read of the server said goes before what was done.
std::string_view standing_of(const communication::known_member* record, bool in_room) {
    if (record != nullptr && record->presence) {
        switch (*record->presence) {
            case core_communication::presence::joined: break;
            case core_communication::presence::invited: return "invited";
            case core_communication::presence::left: return "left";
            case core_communication::presence::banned: return "banned";
        }
    }
    return in_room ? "in the room" : "waiting";
}

json::object to_json(const room& each, const directory::instance& instance,
                     const communication::member_counts& members) {
    return {{"id", static_cast<std::int64_t>(each.id)},
            {"instance", name_of(instance)},
            {"name", instance.name},
            {"topic", instance.topic},
            {"provider", each.provider},
            {"state", state_of(each)},
            {"url", each.url ? json::value(*each.url) : json::value(nullptr)},
            {"members_wanted", members.wanted},
            {"members_synced", members.synced},
            {"members_waiting", members.waiting},
            {"adopt", each.adopt_address ? json::value(*each.adopt_address) : json::value(nullptr)},
            {"adopted", each.adopted},
            {"last_error", each.last_error ? json::value(*each.last_error) : json::value(nullptr)},
            {"reconciled_at", time_json(each.reconciled_at)}};
}

void list(context& shared, bool with_dormant) {
    const auto off = site_off(shared);
    const auto on = shared.host().database().borrow();
    std::map<directory::instance_id, directory::instance> instances;
    for (auto& instance : directory::list_instances(*on)) instances.emplace(instance.id, std::move(instance));
    std::map<communication_id, communication::member_counts> counts;
    for (const auto& [id, members] : communication::count_members(*on)) counts[id] = members;

    json::array documents;
    std::vector<std::vector<std::string>> rows;
    for (const auto& each : communication::list_rooms(*on)) {
        const auto instance = instances.find(each.instance);
        if (instance == instances.end() || (!each.active && !with_dormant)) continue;
        const auto& members = counts[each.id];
        documents.push_back(to_json(each, instance->second, members));
        rows.push_back({communication::to_string(each.id), instance->second.name, each.provider, shown_state_of(each),
                        fmt::format("{}/{}", members.synced, members.wanted), std::to_string(members.waiting),
                        each.url.value_or("-")});
    }
    if (shared.out.json()) {
        shared.out.document(json::object{{"rooms", std::move(documents)}, {"off", site_json(off)}});
    } else {
        if (off) shared.out.line(site_text(*off));
        shared.out.table({"heading_room", "heading_name", "heading_provider", "heading_state", "heading_members",
                          "heading_waiting", "heading_url"},
                         rows);
    }
}

void show(context& shared, const std::string& what) {
    auto& host = shared.host();
    const auto on = host.database().borrow();
    const auto each = communication::find_room(*on, what);
    const auto instance = directory::find_instance(*on, each.instance).value();
    const auto waiting = communication::waiting_members(*on, each.id);
    const auto wanted = each.active && instance.status != directory::instance_status::deleted
                            ? directory::effective_members(*on, instance.id, host.clock().now())
                            : communication::people_kept(*on, each, communication::effective_instance(*on, instance),
                                                         host.settings().members);

    std::vector<user_id> users;
    for (const auto& member : wanted) users.push_back(member.user);
    for (const auto& member : waiting) users.push_back(member.user);
    std::map<user_id, directory::user> people;
    for (auto& user : directory::find_users(*on, users)) people.emplace(user.id, std::move(user));
    const auto accounts = communication::accounts_of(*on, each.provider, users);
    std::map<user_id, communication::known_member> on_record;
    for (const auto& member : communication::known_members(*on, each.id, each.provider))
        on_record[member.user] = member;
    std::map<user_id, const communication::waiting_member*> reasons;
    for (const auto& member : waiting) reasons[member.user] = &member;

    const auto not_tried = message::phrase("member_not_tried");
    communication::member_counts counts{static_cast<std::int64_t>(wanted.size()), 0, 0};
    json::array members;
    std::vector<std::vector<std::string>> rows;
    const auto add = [&](user_id user, std::string_view role, std::string_view state, const std::string& reason,
                         const communication::waiting_member* why) {
        const auto known = people.find(user);
        const auto& record = known == people.end() ? directory::user_record{} : known->second.record;
        const auto account = accounts.find(user);
        const std::string account_text = account == accounts.end() ? "-" : account->second;
        members.push_back(
            json::object{{"user", record.external_id},
                         {"username", record.username},
                         {"name", record.display_name},
                         {"account", account == accounts.end() ? json::value(nullptr) : json::value(account_text)},
                         {"role", std::string(role)},
                         {"state", std::string(state)},
                         {"reason", reason.empty() ? json::value(nullptr) : json::value(reason)},
                         {"attempts", why == nullptr ? 0 : why->attempts},
                         {"since", time_json(why == nullptr ? std::nullopt : why->since)}});
        rows.push_back({record.display_name, record.username, message::word_of("role", role), account_text,
                        message::word_of("member_state", state), reason});
    };
    for (const auto& member : wanted) {
        const auto reason = reasons.find(member.user);
        const auto* why = reason == reasons.end() ? nullptr : reason->second;
        const auto record = on_record.find(member.user);
        const bool in_room = record != on_record.end() && record->second.synced && why == nullptr;
        if (in_room) ++counts.synced;
        if (why != nullptr && why->reason) ++counts.waiting;
        add(member.user, directory::to_string(member.role),
            standing_of(record == on_record.end() ? nullptr : &record->second, in_room),
            in_room          ? ""
            : why == nullptr ? not_tried
                             : why->reason.value_or(not_tried),
            why);
    }
    for (const auto& member : waiting) {
        if (member.leaving) add(member.user, "-", "leaving", member.reason.value_or(not_tried), &member);
    }

    const auto hold = communication::hold_of(*on, each.id);
    if (shared.out.json()) {
        auto document = to_json(each, instance, counts);
        document["frozen"] =
            hold ? json::value{{"since", time_json(hold->since)}, {"by", hold->by}, {"reason", hold->reason}}
                 : json::value(nullptr);
        document["members"] = std::move(members);
        shared.out.document(document);
        return;
    }
    std::vector<std::pair<std::string, std::string>> fields{
        {"field_room", communication::to_string(each.id)},
        {"field_instance", name_of(instance)},
        {"field_name", instance.name},
        {"field_topic", instance.topic.empty() ? "-" : instance.topic},
        {"field_provider", each.provider},
        {"field_state", shown_state_of(each)},
        {"field_url", each.url.value_or("-")},
        {"field_last_error", each.last_error.value_or("-")},
        {"field_reconciled", each.reconciled_at ? time_text(each.reconciled_at) : message::phrase("never")}};
    if (each.adopt_address)
        fields.emplace_back("field_adopt", message::phrase(each.adopted ? "room_adopted_from" : "room_to_be_adopted",
                                                           {{"address", *each.adopt_address}}));
    if (hold)
        fields.emplace_back(
            "field_frozen",
            message::phrase(hold->reason.empty() ? "room_frozen_without_reason" : "room_frozen_by",
                            {{"since", time_text(hold->since)}, {"login", hold->by}, {"reason", hold->reason}}));
    shared.out.fields(fields);
    shared.out.line("");
    shared.out.table(
        {"heading_name", "heading_username", "heading_role", "heading_account", "heading_state", "heading_reason"},
        rows);
}

void synchronise(context& shared, const std::vector<std::string>& names, bool all) {
    auto& host = shared.host();
    const auto now = host.clock().now();
    const auto queued = host.database().transact([&](store::connection& on) {
        if (all) {
            const auto rooms = communication::synchronise_all(on, by_admin(), now);
            communication::look_at_leavers(on, now);
            return rooms;
        }
        std::vector<task::new_task> tasks;
        std::vector<audit::entry> asked;
        for (const auto& name : names) {
            const auto each = communication::find_room(on, name);
            tasks.push_back(communication::reconcile_task({each.id, each.provider}, task::lane::interactive));
            const audit::subject about{audit::subject_kind::room, static_cast<std::int64_t>(each.instance), each.id};
            asked.push_back({by_admin(), about, "room_sync_asked"});
        }
        audit::record(on, asked, now);
        task::queue::enqueue(on, tasks, now);
        return tasks.size();
    });
    if (shared.out.json()) {
        shared.out.document(json::object{{"queued", queued}});
    } else {
        shared.out.line(message::phrase("rooms_queued_for_repair", {{"number", std::to_string(queued)}}));
    }
}

}  // namespace

void add_room_commands(const command& program, context& shared) {
    const auto rooms = program.subcommand("room", "help_room");

    struct words {
        std::string room;
        std::vector<std::string> rooms;
        bool all = false;
    };
    const auto given = std::make_shared<words>();

    const auto list_command = rooms.subcommand("list", "help_room_list");
    list_command.flag("--all", given->all, "help_room_list_all");
    list_command.examples({"commhost room list --json"}).runs([given, &shared] { list(shared, given->all); });

    const auto show_command = rooms.subcommand("show", "help_room_show");
    show_command.option("ROOM", given->room, "help_room_name").required();
    show_command.examples({"commhost room show oneroster/class/physics-1"}).runs([given, &shared] {
        show(shared, given->room);
    });

    add_explain_room_command(rooms, shared);

    const auto sync_command = rooms.subcommand("sync", "help_room_sync");
    const auto some = sync_command.option("ROOM", given->rooms, "help_room_sync_name");
    sync_command.flag("--all", given->all, "help_room_sync_all").excludes(some);
    sync_command.examples({"commhost room sync physics-1"}).runs([given, &shared] {
        if (given->rooms.empty() && !given->all) wrong_usage_of(message::phrase("usage_room_or_all"));
        synchronise(shared, given->rooms, given->all);
    });

    add_room_parity_command(rooms, shared);
    add_room_hand_commands(rooms, shared);
    add_room_rules_command(rooms, shared);
    add_room_life_commands(rooms, shared);
    add_room_adopt_command(rooms, shared);
    add_room_groups_command(rooms, shared);
}

}  // namespace commhost::cli
