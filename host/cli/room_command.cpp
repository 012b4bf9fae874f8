#include "cli/commands.hpp"
#include "communication/accounts.hpp"
#include "communication/api.hpp"
#include "communication/members.hpp"
#include "communication/room.hpp"
#include "directory/instance.hpp"
#include "directory/membership.hpp"
#include "directory/user.hpp"
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

std::string number_of(communication_id id) { return std::to_string(static_cast<std::int64_t>(id)); }

std::string name_of(const directory::instance& instance) { return directory::name_of(instance.key); }

/// Of a dormant room that is not done with, both.
std::string state_of(const room& each) {
    std::string status(to_string(each.status));
    if (each.active) return status;
    return each.status == communication::room_status::ready ? "dormant" : "dormant, " + status;
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
            {"last_error", each.last_error ? json::value(*each.last_error) : json::value(nullptr)},
            {"reconciled_at", time_json(each.reconciled_at)}};
}

void list(context& shared, bool with_dormant) {
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
        rows.push_back({number_of(each.id), instance->second.name, each.provider, state_of(each),
                        fmt::format("{}/{}", members.synced, members.wanted), std::to_string(members.waiting),
                        each.url.value_or("-")});
    }
    if (shared.out.json()) {
        shared.out.document(json::object{{"rooms", std::move(documents)}});
    } else {
        shared.out.table({"ROOM", "NAME", "PROVIDER", "STATE", "MEMBERS", "WAITING", "URL"}, rows);
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
                            : std::vector<core_communication::member>();

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
        rows.push_back(
            {record.display_name, record.username, std::string(role), account_text, std::string(state), reason});
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
            : why == nullptr ? "not tried yet"
                             : why->reason.value_or("not tried yet"),
            why);
    }
    for (const auto& member : waiting) {
        if (member.leaving) add(member.user, "-", "leaving", member.reason.value_or("not tried yet"), &member);
    }

    if (shared.out.json()) {
        auto document = to_json(each, instance, counts);
        document["members"] = std::move(members);
        shared.out.document(document);
        return;
    }
    shared.out.fields({{"room", number_of(each.id)},
                       {"instance", name_of(instance)},
                       {"name", instance.name},
                       {"topic", instance.topic.empty() ? "-" : instance.topic},
                       {"provider", each.provider},
                       {"state", state_of(each)},
                       {"url", each.url.value_or("-")},
                       {"last error", each.last_error.value_or("-")},
                       {"reconciled", each.reconciled_at ? time_text(each.reconciled_at) : "never"}});
    shared.out.line("");
    shared.out.table({"NAME", "USERNAME", "ROLE", "ACCOUNT", "STATE", "REASON"}, rows);
}

void synchronise(context& shared, const std::vector<std::string>& names, bool all) {
    auto& host = shared.host();
    const auto now = host.clock().now();
    const auto queued = host.database().transact([&](store::connection& on) {
        if (all) return communication::synchronise_all(on, now);
        std::vector<task::new_task> tasks;
        for (const auto& name : names) {
            const auto each = communication::find_room(on, name);
            tasks.push_back(communication::reconcile_task({each.id, each.provider}, task::lane::interactive));
        }
        task::queue::enqueue(on, tasks, now);
        return tasks.size();
    });
    if (shared.out.json()) {
        shared.out.document(json::object{{"queued", queued}});
    } else {
        shared.out.line(fmt::format("{} {} queued; 'commhost run' reads and repairs {}", queued,
                                    queued == 1 ? "room" : "rooms", queued == 1 ? "it" : "them"));
    }
}

}  // namespace

void add_room_commands(const command& program, context& shared) {
    const auto rooms = program.subcommand("room", "Rooms: how they stand and who is in them");

    struct words {
        std::string room;
        std::vector<std::string> rooms;
        bool all = false;
    };
    const auto given = std::make_shared<words>();

    const auto list_command = rooms.subcommand("list", "Lists the rooms with state, members and address");
    list_command.flag("--all", given->all, "the dormant ones too");
    list_command.examples({"commhost room list --json"}).runs([given, &shared] { list(shared, given->all); });

    const auto show_command = rooms.subcommand("show", "Shows one room, its members and why somebody waits");
    show_command.option("ROOM", given->room, "its number, component/type/id, or the instance's id").required();
    show_command.examples({"commhost room show oneroster/class/physics-1"}).runs([given, &shared] {
        show(shared, given->room);
    });

    const auto sync_command = rooms.subcommand("sync", "Queues rooms to be read from the server and repaired");
    const auto some = sync_command.option("ROOM", given->rooms, "as for show");
    sync_command.flag("--all", given->all, "every room").excludes(some);
    sync_command.examples({"commhost room sync physics-1"}).runs([given, &shared] {
        if (given->rooms.empty() && !given->all) wrong_usage_of("room sync: ROOM or --all is required");
        synchronise(shared, given->rooms, given->all);
    });
}

}  // namespace commhost::cli
