// Random histories of a course and its groups: turned on and off, groups that come, are renamed and go, people who move between
// them, a course that is hidden. Each room ends as the roster has it, and a pass takes nobody out who is wanted there.

#include "directory/instance.hpp"
#include "world.hpp"

#include <core_communication/provider_error.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

using namespace commhost;
using core_communication::room_role;
using people = std::map<std::string, room_role>;

namespace {

constexpr int histories = 60;
constexpr int steps = 40;

const std::string course = "physics";
const std::array<std::string, 6> everybody{"ada", "bob", "cyd", "dan", "eve", "fay"};
const std::array<std::string, 3> every_group{"red", "green", "blue"};

struct group {
    std::string name;
    people members;
};

/// What a roster says of the family.
struct family {
    bool group_rooms = false;
    bool hidden = false;
    people members;
    std::map<std::string, group> groups;

    /// Who is to be in the room of the course or of a group; nobody where it is to have none.
    people in_room(const std::string& id) const {
        if (id == course) return group_rooms || hidden ? people() : members;
        const auto found = groups.find(id);
        if (found == groups.end() || (group_rooms && hidden)) return {};
        auto all = found->second.members;
        if (!group_rooms) return all;
        for (const auto& [name, role] : members) {
            if (role == room_role::member) continue;
            auto& highest = all.emplace(name, role).first->second;
            highest = std::max(highest, role);
        }
        return all;
    }

    std::string room_name(const std::string& id) const {
        if (id == course) return "Physics";
        const auto& name = groups.at(id).name;
        return !group_rooms || name.starts_with("Physics") ? name : "Physics: " + name;
    }
};

class history {
  public:
    explicit history(std::uint32_t seed) : random_(seed) {
        directory::change_set first;
        first.source = "test";
        for (const auto& name : everybody)
            first.users.inserted.push_back({name, name, "", "", "Name of " + name, "", {}});
        first.instances.inserted.push_back(record(course, "Physics"));
        apply(first);
    }

    void go_on() {
        for (int step = 0; step < steps; ++step) {
            if (number(0, 9) < 5) {
                change();
            } else if (one_in(4)) {
                fault();
            } else if (one_in(4)) {
                drift();
            } else if (const auto all = ids(); !all.empty()) {
                pass(pick(all));
            }
        }
    }

    /// All is well again, and nobody changes anything any more.
    void settle() {
        mend();
        for (int round = 0; round < 2; ++round)
            for (const auto& id : ids()) pass(id);
        check_rooms();
        world_.server.writes = 0;
        for (const auto& id : ids()) pass(id);
        CHECK(world_.server.writes == 0);
    }

  private:
    int number(int lowest, int highest) { return std::uniform_int_distribution<int>(lowest, highest)(random_); }
    bool one_in(int many) { return number(1, many) == 1; }
    template <class Choices>
    typename Choices::value_type pick(const Choices& of) {
        return of[static_cast<std::size_t>(number(0, static_cast<int>(of.size()) - 1))];
    }

    people some() {
        people chosen;
        for (const auto& name : everybody)
            if (one_in(2)) chosen[name] = pick(std::array{room_role::member, room_role::member, room_role::moderator});
        return chosen;
    }

    /// One or several at once, as an import has it.
    void change() {
        auto next = now_;
        do {
            const auto id = pick(every_group);
            const auto found = next.groups.find(id);
            switch (number(0, 6)) {
                case 0: next.group_rooms = !next.group_rooms; break;
                case 1: next.hidden = one_in(3); break;
                case 2: next.members = some(); break;
                case 3:
                    next.groups[id].name = pick(std::array<std::string, 3>{"Group", "Team", "Physics, team"});
                    break;
                case 4:
                    if (found != next.groups.end()) next.groups.erase(found);
                    break;
                default:
                    if (found != next.groups.end()) found->second.members = some();
                    break;
            }
        } while (one_in(2));
        follow(next);
    }

    static directory::instance_record record(const std::string& id, const std::string& name) {
        directory::instance_record made{test::world::class_key(id),         std::nullopt, name,        "",
                                        directory::instance_status::active, std::nullopt, std::nullopt};
        if (id != course) made.parent = test::world::class_key(course);
        return made;
    }

    void follow(const family& next) {
        directory::change_set changes;
        changes.source = "test";
        if (next.group_rooms != now_.group_rooms || next.hidden != now_.hidden) {
            auto made = record(course, "Physics");
            made.group_rooms = next.group_rooms;
            if (next.hidden) made.status = directory::instance_status::hidden;
            changes.instances.updated.push_back(made);
        }
        for (const auto& [id, group] : next.groups) {
            const auto before = now_.groups.find(id);
            if (before != now_.groups.end() && before->second.name == group.name) continue;
            (known_.insert(id).second ? changes.instances.inserted : changes.instances.updated)
                .push_back(record(id, group.name));
        }
        for (const auto& [id, group] : now_.groups)
            if (!next.groups.contains(id)) changes.instances.deleted.push_back(test::world::class_key(id));
        follow_members(course, now_.members, next.members, changes);
        for (const auto& id : every_group) follow_members(id, members_of(now_, id), members_of(next, id), changes);
        now_ = next;
        apply(changes);
    }

    static people members_of(const family& of, const std::string& id) {
        const auto found = of.groups.find(id);
        return found == of.groups.end() ? people() : found->second.members;
    }

    static void follow_members(const std::string& id, const people& before, const people& after,
                               directory::change_set& changes) {
        const auto key = test::world::class_key(id);
        for (const auto& [name, role] : after) {
            const auto was = before.find(name);
            if (was != before.end() && was->second == role) continue;
            (was == before.end() ? changes.memberships.inserted : changes.memberships.updated)
                .push_back({{key, name, ""}, "role", role, std::nullopt, std::nullopt, {}});
        }
        for (const auto& [name, role] : before)
            if (!after.contains(name)) changes.memberships.deleted.push_back({key, name, ""});
    }

    void apply(const directory::change_set& changes) {
        world_.database->transact([&](store::connection& on) {
            const auto touched = directory::apply(on, changes, world_.clock.now());
            communication::follow(on, touched, "fake", task::lane::roster, world_.clock.now());
        });
    }

    /// Of all that has a room, or had one.
    std::vector<std::string> ids() {
        std::vector<std::string> found;
        const auto on = world_.database->borrow();
        for (const auto& room : communication::list_rooms(*on))
            found.push_back(directory::find_instance(*on, room.instance).value().key.external_id);
        return found;
    }

    /// What people do in a room by hand.
    void drift() {
        auto& rooms = world_.server.rooms;
        if (rooms.empty()) return;
        auto at = rooms.begin();
        std::advance(at, number(0, static_cast<int>(rooms.size()) - 1));
        const auto account = "@" + pick(everybody);
        if (one_in(2)) {
            at->second.members.erase(account);
        } else {
            at->second.members.emplace("@stranger", room_role::member);
        }
    }

    void fault() {
        switch (number(0, 4)) {
            case 0: world_.server.is_away = true; break;
            case 1: world_.server.writes_left = number(0, 5); break;
            case 2: world_.server.refused_members = {"@" + pick(everybody)}; break;
            case 3:
                world_.server.read_is_complete = false;
                world_.server.unread = {"@" + pick(everybody)};
                break;
            default: mend(); break;
        }
    }

    void mend() {
        world_.server.is_away = false;
        world_.server.writes_left = -1;
        world_.server.refused_members.clear();
        world_.server.read_is_complete = true;
        world_.server.unread.clear();
    }

    void pass(const std::string& id) {
        world_.server.taken_out.clear();
        try {
            world_.reconcile(id);
        } catch (const core_communication::provider_error&) {  // The next pass goes on.
        }
        const auto wanted = now_.in_room(id);
        for (const auto& account : world_.server.taken_out) {
            CAPTURE(id);
            CAPTURE(account);
            CHECK_FALSE(wanted.contains(account.substr(1)));
        }
    }

    void check_rooms() {
        for (const auto& id : ids()) {
            CAPTURE(id);
            people found;
            for (const auto& [account, role] : world_.on_server(id)) found[account.substr(1)] = role;
            CHECK(found == now_.in_room(id));
            if (!world_.room(id).active) continue;
            CHECK(world_.server_room(id).properties.name == now_.room_name(id));
        }
    }

    test::world world_;
    std::mt19937 random_;
    family now_;
    std::set<std::string> known_;
};

}  // namespace

TEST_CASE("whatever becomes of a course and its groups, each room ends as the roster has it, and then nothing is left "
          "to do") {
    for (std::uint32_t seed = 1; seed <= histories; ++seed) {
        CAPTURE(seed);
        history one(seed);
        one.go_on();
        one.settle();
    }
}
