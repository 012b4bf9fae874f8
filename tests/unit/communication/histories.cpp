// Random histories of what rosters, servers and people do: the room ends as the roster has it under the policy, and a second pass
// has nothing to do. A seed repeats a history.

#include "message/error.hpp"
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

using namespace commhost;
using core_communication::room_role;
using people = std::map<std::string, room_role>;

namespace {

constexpr int histories = 60;
constexpr int steps = 30;

/// Of the roster in every state that it is ever in.
const std::set<std::string> stayers{"ada", "bob"};
const std::array<std::string, 6> others{"cyd", "dan", "eve", "fay", "gus", "hal"};
const std::array<std::string, 2> strangers{"@parent", "@neighbour"};

class history {
  public:
    explicit history(std::uint32_t seed) : random_(seed) {
        world_.rules.unlisted =
            pick(std::array{communication::unlisted_policy::remove, communication::unlisted_policy::keep});
        world_.rules.left =
            pick(std::array{communication::left_policy::add_again, communication::left_policy::respect});
        if (one_in(3)) world_.rules.exempt = {strangers[0]};
        may_close_ = one_in(3);
        enrol();
    }

    void go_on() {
        for (int step = 0; step < steps; ++step) {
            switch (number(0, 8)) {
                case 0:
                case 1: enrol(); break;
                case 2: hide(); break;
                case 3: drift(); break;
                case 4: fault(); break;
                default: pass(); break;
            }
            for (const auto& name : stayers) {
                if (!ever_closed_) CHECK_FALSE(world_.server.taken_out.contains("@" + name));
            }
        }
    }

    /// All is well again, and nobody changes anything any more.
    void settle() {
        mend();
        if (closed_) enrol();
        pass();
        pass();
        check_room();
        world_.server.writes = 0;
        pass();
        CHECK(world_.server.writes == 0);
    }

  private:
    int number(int lowest, int highest) { return std::uniform_int_distribution<int>(lowest, highest)(random_); }
    bool one_in(int many) { return number(1, many) == 1; }
    template <class Choices>
    typename Choices::value_type pick(const Choices& of) {
        return of[static_cast<std::size_t>(number(0, static_cast<int>(of.size()) - 1))];
    }
    room_role any_role() { return pick(std::array{room_role::member, room_role::moderator, room_role::owner}); }

    void enrol() {
        roster_.clear();
        for (const auto& name : stayers) roster_[name] = any_role();
        for (const auto& name : others) {
            if (one_in(2)) roster_[name] = any_role();
        }
        world_.enrol(roster_);
        closed_ = false;
    }

    void hide() {
        if (!may_close_) return;
        world_.hide_class();
        closed_ = ever_closed_ = true;
    }

    /// What people do in the room by hand.
    void drift() {
        auto found = world_.server.rooms.begin();
        if (found == world_.server.rooms.end()) return;
        auto& members = found->second.members;
        const auto account = "@" + pick(others);
        switch (number(0, 3)) {
            case 0: members.erase(account); break;
            case 1:
                if (members.contains(account)) members[account] = any_role();
                break;
            case 2: members.emplace(pick(strangers), room_role::member); break;
            default: members.erase("@" + std::string(*stayers.begin())); break;
        }
    }

    void fault() {
        switch (number(0, 5)) {
            case 0: world_.server.is_away = true; break;
            case 1: world_.server.writes_left = number(0, 5); break;
            case 2: world_.server.refused_members = {"@" + pick(others)}; break;
            case 3: world_.server.refused_usernames = {pick(others)}; break;
            case 4:
                world_.server.read_is_complete = false;
                world_.server.unread = {"@" + pick(others), "@" + *stayers.begin()};
                break;
            default: mend(); break;
        }
    }

    void mend() {
        world_.server.is_away = false;
        world_.server.writes_left = -1;
        world_.server.refused_members.clear();
        world_.server.refused_usernames.clear();
        world_.server.read_is_complete = true;
        world_.server.unread.clear();
    }

    void pass() {
        try {
            world_.reconcile();
        } catch (const core_communication::provider_error&) {  // The next pass goes on.
        }
    }

    void check_room() {
        const auto in_room = world_.on_server();
        const bool may_stay_out = world_.rules.left == communication::left_policy::respect;
        for (const auto& [name, role] : roster_) {
            const auto member = in_room.find("@" + name);
            CAPTURE(name);
            if (member == in_room.end()) {
                CHECK(may_stay_out);
            } else {
                CHECK(member->second == role);
            }
        }
        for (const auto& [account, role] : in_room) {
            CAPTURE(account);
            if (roster_.contains(account.substr(1))) continue;
            const bool is_stranger = std::find(strangers.begin(), strangers.end(), account) != strangers.end();
            const bool is_spared = communication::is_exempt(world_.rules, account) ||
                                   (is_stranger && world_.rules.unlisted == communication::unlisted_policy::keep);
            CHECK(is_spared);
        }
    }

    test::world world_;
    std::mt19937 random_;
    people roster_;
    bool may_close_ = false;  ///< While a class is closed nobody is of its roster.
    bool closed_ = false;
    bool ever_closed_ = false;
};

}  // namespace

TEST_CASE("whatever happens on the way, the room ends as the roster has it, and then nothing is left to do") {
    for (std::uint32_t seed = 1; seed <= histories; ++seed) {
        CAPTURE(seed);
        history one(seed);
        one.go_on();
        one.settle();
    }
}
