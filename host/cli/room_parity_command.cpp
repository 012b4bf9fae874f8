#include "cli/commands.hpp"
#include "communication/api.hpp"
#include "communication/parity.hpp"
#include "communication/parity_metrics.hpp"
#include "directory/instance.hpp"
#include "directory/user.hpp"
#include "message/catalogue.hpp"

#include <boost/json.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace commhost::cli {

namespace {

namespace json = boost::json;
using communication::room_parity;

struct words {
    std::vector<std::string> rooms;
    bool all = false;
    bool prometheus = false;
};

struct totals {
    std::int64_t rooms = 0;
    std::int64_t odd_rooms = 0;
    std::int64_t roster = 0;
    std::int64_t in_room = 0;
    std::int64_t missing = 0;
    std::int64_t surplus = 0;
};

totals total_of(const std::vector<room_parity>& rooms) {
    totals sum;
    for (const auto& each : rooms) {
        ++sum.rooms;
        sum.odd_rooms += each.odd.empty() ? 0 : 1;
        sum.roster += each.roster;
        sum.in_room += each.in_room;
        sum.missing += missing_of(each);
        sum.surplus += surplus_of(each);
    }
    return sum;
}

std::string reason_of(const communication::odd_member& of) {
    using core_communication::presence;
    if (of.reason) return *of.reason;
    if (of.presence == presence::left) return message::word_of("member_state", "left");
    if (of.presence == presence::banned) return message::word_of("member_state", "banned");
    return message::phrase("member_not_tried");
}

std::vector<room_parity> rooms_asked_for(context& shared, store::connection& on, const words& given) {
    auto rooms = communication::compare_with_rosters(on, shared.host().clock().now());
    if (given.rooms.empty()) return rooms;
    std::set<communication::communication_id> meant;
    for (const auto& name : given.rooms) meant.insert(communication::find_room(on, name).id);
    std::erase_if(rooms, [&](const room_parity& each) { return !meant.contains(each.room); });
    return rooms;
}

/// Names by what they are asked for with.
struct names {
    std::map<directory::instance_id, directory::instance> instances;
    std::map<directory::user_id, directory::user> people;
};

names names_of(store::connection& on, const std::vector<room_parity>& rooms) {
    std::vector<directory::instance_id> instances;
    std::vector<directory::user_id> users;
    for (const auto& room : rooms) {
        instances.push_back(room.instance);
        for (const auto& each : room.odd) users.push_back(each.user);
    }
    names found;
    for (auto& instance : directory::find_instances(on, instances))
        found.instances.emplace(instance.id, std::move(instance));
    for (auto& person : directory::find_users(on, users)) found.people.emplace(person.id, std::move(person));
    return found;
}

void print_json(const output& out, const std::vector<room_parity>& rooms, const names& called, const totals& sum) {
    json::array documents;
    for (const auto& room : rooms) {
        json::array people;
        for (const auto& each : room.odd) {
            const auto& record = called.people.at(each.user).record;
            people.push_back(json::object{{"user", record.external_id},
                                          {"username", record.username},
                                          {"missing", each.wanted},
                                          {"reason", each.reason ? json::value(*each.reason) : json::value(nullptr)}});
        }
        const auto& instance = called.instances.at(room.instance);
        documents.push_back(json::object{{"room", static_cast<std::int64_t>(room.room)},
                                         {"instance", directory::name_of(instance.key)},
                                         {"name", instance.name},
                                         {"provider", room.provider},
                                         {"roster", room.roster},
                                         {"in_room", room.in_room},
                                         {"people", std::move(people)},
                                         {"reconciled_at", time_json(room.reconciled_at)}});
    }
    out.document(json::object{{"rooms", std::move(documents)},
                              {"total", json::object{{"rooms", sum.rooms},
                                                     {"rooms_that_differ", sum.odd_rooms},
                                                     {"roster", sum.roster},
                                                     {"in_room", sum.in_room},
                                                     {"missing", sum.missing},
                                                     {"surplus", sum.surplus}}}});
}

void print(const output& out, const std::vector<room_parity>& rooms, const names& called, const totals& sum,
           bool with_people) {
    std::vector<std::vector<std::string>> rows;
    std::vector<std::vector<std::string>> people;
    for (const auto& room : rooms) {
        const auto& instance = called.instances.at(room.instance);
        rows.push_back({communication::to_string(room.room), instance.name, room.provider, std::to_string(room.roster),
                        std::to_string(room.in_room), std::to_string(missing_of(room)),
                        std::to_string(surplus_of(room)),
                        room.reconciled_at ? time_text(room.reconciled_at) : message::phrase("never")});
        for (const auto& each : room.odd) {
            const auto& record = called.people.at(each.user).record;
            people.push_back({instance.name, record.display_name, record.username,
                              message::phrase(each.wanted ? "parity_missing" : "parity_surplus"), reason_of(each)});
        }
    }
    if (!rows.empty()) {
        out.table({"heading_room", "heading_name", "heading_provider", "heading_roster", "heading_in_room",
                   "heading_missing", "heading_surplus", "heading_read"},
                  rows);
        out.line("");
    }
    if (with_people && !people.empty()) {
        out.table({"heading_name", "heading_person", "heading_username", "heading_state", "heading_reason"}, people);
        out.line("");
    }
    const auto number = [](std::int64_t of) { return std::to_string(of); };
    out.line(message::phrase("parity_total", {{"rooms", number(sum.rooms)},
                                              {"roster", number(sum.roster)},
                                              {"found", number(sum.in_room)},
                                              {"odd", number(sum.odd_rooms)}}));
    if (sum.odd_rooms > 0)
        out.line(message::phrase("parity_total_people",
                                 {{"missing", number(sum.missing)}, {"surplus", number(sum.surplus)}}));
}

void parity(context& shared, const words& given) {
    if (given.prometheus && shared.out.json()) wrong_usage_of(message::phrase("usage_json_or_prometheus"));
    const auto on = shared.host().database().borrow();
    auto rooms = rooms_asked_for(shared, *on, given);
    if (given.prometheus) {
        // Whether rooms differ is one of the numbers, and no failure of whoever collects them.
        auto text = communication::parity_metrics(rooms, shared.host().clock().now());
        text.pop_back();
        shared.out.line(text);
        return;
    }
    const auto sum = total_of(rooms);
    if (!given.all && given.rooms.empty())
        std::erase_if(rooms, [](const room_parity& each) { return each.odd.empty(); });
    const auto called = names_of(*on, rooms);
    if (shared.out.json()) {
        print_json(shared.out, rooms, called, sum);
    } else {
        print(shared.out, rooms, called, sum, !given.rooms.empty());
    }
    if (sum.odd_rooms > 0) shared.status = exit_status::changes_pending;
}

}  // namespace

void add_room_parity_command(const command& rooms, context& shared) {
    const auto given = std::make_shared<words>();
    const auto made = rooms.subcommand("parity", "help_room_parity");
    const auto some = made.option("ROOM", given->rooms, "help_room_parity_room");
    made.flag("--all", given->all, "help_room_parity_all").excludes(some);
    made.flag("--prometheus", given->prometheus, "help_room_parity_prometheus");
    made.examples({"commhost room parity", "commhost room parity physics-1",
                   "commhost room parity --prometheus > /var/lib/prometheus/node-exporter/commhost.prom"});
    made.runs([given, &shared] { parity(shared, *given); });
}

}  // namespace commhost::cli
