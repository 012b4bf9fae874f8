#include "roster/brake.hpp"

#include "roster/date.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

using namespace commhost;
namespace json = boost::json;

namespace {

constexpr store::milliseconds_utc now = 1'000'000;
constexpr store::milliseconds_utc day = 86'400'000;

/// The people of a list: of its texts, "p1-p30" is thirty of them.
std::vector<std::string> people_of(const json::value& list) {
    std::vector<std::string> people;
    for (const auto& each : list.as_array()) {
        const std::string text(each.as_string());
        const auto dash = text.find('-');
        if (dash == std::string::npos) {
            people.push_back(text);
            continue;
        }
        const int last = std::stoi(text.substr(dash + 2));
        for (int number = std::stoi(text.substr(1)); number <= last; ++number)
            people.push_back(text.substr(0, 1) + std::to_string(number));
    }
    return people;
}

directory::instance_key key_of(std::string_view room) { return {"school", "course", std::string(room)}; }

directory::user_record person(const std::string& id) {
    return {id, id, "", "", id, "", directory::user_status::active};
}

directory::instance_record room(std::string_view id) {
    return {key_of(id), std::nullopt, std::string(id), "", directory::instance_status::active, "", "{}", ""};
}

/// Every membership of a fixture has the reference "1", but for those that are given a new number.
directory::membership_record membership(std::string_view room, const std::string& who, const std::string& reference,
                                        directory::membership_status status = directory::membership_status::active) {
    return {{key_of(room), who, reference}, "student", {}, std::nullopt, std::nullopt, status};
}

/// What stands in a fixture, as the brake sees it.
struct side {
    directory::stored stored;
    std::vector<directory::standing_member> standing;
    std::set<directory::user_id> with_accounts;
};

side side_of(const json::object& fixture) {
    side result;
    std::set<std::string> people;
    const auto* elsewhere = fixture.if_contains("elsewhere");
    for (const auto& [name, members] : fixture.at("rooms").as_object())
        for (const auto& who : people_of(members)) people.insert(who);
    if (const auto* others = fixture.if_contains("others"))
        for (const auto& who : people_of(*others)) people.insert(who);
    std::map<std::string, directory::user_id> ids;
    for (const auto& who : people) {
        const directory::user_id id{static_cast<std::int64_t>(ids.size() + 1)};
        ids.emplace(who, id);
        result.stored.users.push_back({id, person(who), directory::claim::own});
    }
    if (const auto* accounts = fixture.if_contains("accounts"))
        for (const auto& who : people_of(*accounts)) result.with_accounts.insert(ids.at(who));
    std::optional<store::milliseconds_utc> ends;
    if (const auto* days = fixture.if_contains("memberships_end_in_days")) ends = now + days->as_int64() * day;
    std::map<std::string, const json::value*> rooms;
    for (const auto& [name, members] : fixture.at("rooms").as_object()) rooms.emplace(name, &members);
    for (const auto& [name, members] : rooms) {
        const directory::instance_id id{static_cast<std::int64_t>(result.stored.instances.size() + 1)};
        auto record = room(name);
        if (const auto* groups = fixture.if_contains("groups"))
            if (const auto* parent = groups->as_object().if_contains(name)) record.parent = key_of(parent->as_string());
        result.stored.instances.push_back({id, record, directory::claim::own});
        std::vector<std::string> also;
        if (elsewhere != nullptr && elsewhere->as_object().contains(name)) also = people_of(elsewhere->at(name));
        for (const auto& who : people_of(*members)) {
            result.stored.memberships.push_back({id, ids.at(who), "1", "student", std::nullopt, ends});
            result.standing.push_back({id, ids.at(who), std::find(also.begin(), also.end(), who) != also.end()});
        }
    }
    std::sort(result.standing.begin(), result.standing.end());
    std::sort(result.stored.memberships.begin(), result.stored.memberships.end(),
              [](const auto& a, const auto& b) { return std::tie(a.instance, a.user) < std::tie(b.instance, b.user); });
    return result;
}

/// What a fixture's "changes" say, a word for each kind.
directory::change_set changes_of(const json::object& said) {
    directory::change_set changes;
    changes.source = "sis";
    changes.revision = 7;
    for (const auto& [word, what] : said) {
        const auto in_rooms = [&](auto&& each) {
            for (const auto& [name, list] : what.as_object())
                for (const auto& who : people_of(list)) each(std::string_view(name), who);
        };
        auto& memberships = changes.memberships;
        if (word == "leave") {
            in_rooms(
                [&](auto name, const auto& who) { memberships.deleted.push_back(membership(name, who, "1").key); });
        } else if (word == "are_suspended") {
            in_rooms([&](auto name, const auto& who) {
                memberships.updated.push_back(membership(name, who, "1", directory::membership_status::suspended));
            });
        } else if (word == "end") {
            in_rooms([&](auto name, const auto& who) {
                memberships.updated.push_back(membership(name, who, "1"));
                memberships.updated.back().ends = now - 1;
            });
        } else if (word == "end_in_days") {
            // By the number of days: {"1": {"chemistry": ["p1-p12"]}}.
            for (const auto& [days, rooms] : what.as_object())
                for (const auto& [name, list] : rooms.as_object())
                    for (const auto& who : people_of(list)) {
                        memberships.updated.push_back(membership(name, who, "1"));
                        memberships.updated.back().ends = now + std::stoi(std::string(days)) * day;
                    }
        } else if (word == "begin_tomorrow") {
            in_rooms([&](auto name, const auto& who) {
                memberships.updated.push_back(membership(name, who, "1"));
                memberships.updated.back().begins = now + day;
            });
        } else if (word == "go_on_with_another_from_tomorrow_on") {
            in_rooms([&](auto name, const auto& who) {
                memberships.updated.push_back(membership(name, who, "1"));
                memberships.updated.back().ends = now + day;
                memberships.inserted.push_back(membership(name, who, "2"));
                memberships.inserted.back().begins = now + day;
            });
        } else if (word == "get_a_new_number_that_ends_tomorrow") {
            in_rooms([&](auto name, const auto& who) {
                memberships.deleted.push_back(membership(name, who, "1").key);
                memberships.inserted.push_back(membership(name, who, "2"));
                memberships.inserted.back().ends = now + day;
            });
        } else if (word == "join") {
            in_rooms([&](auto name, const auto& who) { memberships.inserted.push_back(membership(name, who, "1")); });
        } else if (word == "get_a_new_number") {
            in_rooms([&](auto name, const auto& who) {
                memberships.deleted.push_back(membership(name, who, "1").key);
                memberships.inserted.push_back(membership(name, who, "2"));
            });
        } else if (word == "deleted_people") {
            changes.users.deleted = people_of(what);
        } else if (word == "suspended_people") {
            for (const auto& who : people_of(what)) {
                changes.users.updated.push_back(person(who));
                changes.users.updated.back().status = directory::user_status::suspended;
            }
        } else if (word == "suspended_and_renamed") {
            for (const auto& who : people_of(what)) {
                changes.users.updated.push_back(person(who));
                changes.users.updated.back().status = directory::user_status::suspended;
                changes.users.updated.back().display_name = "New name";
            }
        } else if (word == "deleted_rooms") {
            for (const auto& name : what.as_array()) changes.instances.deleted.push_back(key_of(name.as_string()));
        } else if (word == "hidden_rooms") {
            for (const auto& name : what.as_array()) {
                changes.instances.updated.push_back(room(name.as_string()));
                changes.instances.updated.back().status = directory::instance_status::hidden;
            }
        } else {
            throw std::invalid_argument("no change: " + std::string(word));
        }
    }
    return changes;
}

/// "chemistry: p1 leaves", a line for each change, in order: what both sides of a comparison are written as.
std::vector<std::string> written(const directory::change_set& changes) {
    std::vector<std::string> lines;
    const auto in = [](const directory::membership_key& key) {
        return key.instance.external_id + ": " + key.user + " ";
    };
    const auto suspended = [](const auto& record) { return record.status == std::decay_t<decltype(record.status)>(1); };
    for (const auto& key : changes.memberships.deleted) lines.push_back(in(key) + "leaves with " + key.reference);
    for (const auto& record : changes.memberships.inserted)
        lines.push_back(in(record.key) + "joins with " + record.key.reference);
    for (const auto& record : changes.memberships.updated)
        lines.push_back(in(record.key) + (suspended(record) ? "is suspended" : "ends"));
    for (const auto& key : changes.users.deleted) lines.push_back(key + " is deleted");
    for (const auto& record : changes.users.updated)
        lines.push_back(record.external_id + " is " + (suspended(record) ? "suspended" : "renamed"));
    for (const auto& key : changes.instances.deleted) lines.push_back(key.external_id + " is deleted");
    for (const auto& record : changes.instances.updated)
        lines.push_back(record.key.external_id + (suspended(record) ? " is hidden" : " is as it was"));
    std::sort(lines.begin(), lines.end());
    return lines;
}

std::vector<std::string> expected_lines(const json::object& expected, std::string_view name) {
    const auto* said = expected.if_contains(name);
    if (said == nullptr) return {};
    if (said->is_object()) return written(changes_of(said->as_object()));
    std::vector<std::string> lines;
    for (const auto& line : said->as_array()) lines.emplace_back(line.as_string());
    return lines;
}

roster::removal_limits limits_of(const json::value* said) {
    roster::removal_limits limits;
    if (said == nullptr) return limits;
    for (const auto& [name, limit] : {std::pair("per_room", &limits.per_room), std::pair("total", &limits.total),
                                      std::pair("accounts", &limits.accounts)}) {
        const auto* written = said->as_object().if_contains(name);
        if (written == nullptr) continue;
        *limit = {};
        if (const auto* number = written->as_object().if_contains("number")) limit->number = number->as_int64();
        if (const auto* share = written->as_object().if_contains("share")) limit->share = share->as_double();
    }
    return limits;
}

}  // namespace

TEST_CASE("which removals of a plan are held") {
    std::vector<std::filesystem::path> paths;
    for (const auto& file : std::filesystem::directory_iterator(COMMHOST_BRAKE_FIXTURES)) paths.push_back(file.path());
    std::sort(paths.begin(), paths.end());
    REQUIRE(paths.size() >= 20);
    for (const auto& path : paths) {
        std::ifstream file(path);
        const auto fixture = json::parse(std::string(std::istreambuf_iterator<char>(file), {})).as_object();
        CAPTURE(path.stem().string());
        CAPTURE(std::string(fixture.at("sentence").as_string()));
        const auto before = side_of(fixture);
        const auto* pause = fixture.if_contains("paused_until");
        const auto paused_until = pause == nullptr ? std::nullopt : roster::parse_date(pause->as_string());
        const auto taken =
            roster::brake(changes_of(fixture.at("changes").as_object()), before.stored, before.standing,
                          limits_of(fixture.if_contains("limits")), paused_until, now, before.with_accounts);

        const auto& expected = fixture.at("expected").as_object();
        CHECK(written(taken.applied) == expected_lines(expected, "applied"));
        CHECK(written(taken.held) == expected_lines(expected, "held"));
        std::string rooms;
        for (const auto& each : taken.rooms)
            rooms += (rooms.empty() ? "" : ", ") + each.key.external_id + " " + std::to_string(each.removals) + " of " +
                     std::to_string(each.members) + " (" + std::string(to_string(each.because)) + ")";
        CHECK(rooms == std::string(expected.at("rooms").as_string()));
        CHECK(taken.until == (taken.held_removals > 0 ? paused_until : std::nullopt));
        CHECK(taken.applied.revision == 7);
        CHECK_FALSE(taken.held.revision);
        CHECK(taken.held.source == "sis");
        CHECK((taken.held_removals == 0) == taken.held.empty());
    }
}
