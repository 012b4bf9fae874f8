#include "communication/reconcile.hpp"

#include "communication/adoption.hpp"
#include "communication/batches.hpp"
#include "communication/codes.hpp"
#include "communication/difference.hpp"
#include "communication/members.hpp"
#include "communication/room_accounts.hpp"
#include "communication/room_adoption.hpp"
#include "communication/room_archive.hpp"
#include "communication/room_url.hpp"
#include "directory/membership.hpp"
#include "directory/user.hpp"
#include "message/error.hpp"
#include "text/time.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <vector>

namespace commhost::communication {

namespace {

using core_communication::failure;
using core_communication::provider_error;
using core_communication::user_id;

/// Of those who are to be forgotten the ones who were in the room.
std::vector<user_id> gone_from(std::span<const known_member> on_record, std::span<const user_id> forgotten) {
    std::vector<user_id> gone;
    for (const auto& each : on_record) {
        if (each.synced && std::binary_search(forgotten.begin(), forgotten.end(), each.user)) gone.push_back(each.user);
    }
    return gone;
}

}  // namespace

/// One pass over one room.
class reconciler::pass {
  public:
    pass(reconciler& of, const room& at, const directory::instance& instance, const provider_interfaces& provider,
         room_processor& processor, const std::function<bool()>& still_mine)
        : database_(processor.database()), clock_(of.clock_),
          rules_(rules_of_pass(*database_.borrow(), at, instance, of.rules_)), room_(at), provider_(provider),
          processor_(processor), calls_(room_, processor, still_mine), wanted_(processor.wanted_members()) {
        if (provider.users != nullptr) accounts_.emplace(room_, *provider.users, processor, of.accounts_, calls_);
        processor_.spare(rules_);
    }

    reconcile_result run() {
        if (!begin()) {
            result_.overtaken = true;
            return result_;
        }
        const auto no_accounts = accounts_ ? make_accounts_or_say_why() : std::nullopt;
        if (provider_.rooms != nullptr && !bring_room_into_line()) return ended(no_accounts);
        if (provider_.members != nullptr && room_.created) bring_members_into_line();
        if (no_accounts) return ended(no_accounts);
        // Last: who must leave has left, whatever becomes of somebody's new name.
        if (accounts_) result_.accounts_updated = accounts_->update();
        settle_status();
        return result_;
    }

  private:
    /// Puts on record who is wanted. Returns false, and does nothing, once something else is wanted than when the room was read:
    /// whoever is not wanted any more would be forgotten for good by an archive, which keeps whom the record has.
    bool begin() {
        return database_.note([&](store::connection& on) {
            if (!wants_still(on, room_.id, room_.wanted_generation)) return false;
            record_wanted(on, room_.id, wanted_);
            return true;
        });
    }

    reconcile_result ended(const std::optional<provider_error>& early) const {
        if (early) throw provider_error(*early);
        return result_;
    }

    /// Returns why accounts could not be made, where the room can be gone on with: our rights may be enough for the rest,
    /// and that the server did not answer may be about one account. Is it away, the first call for the room ends the
    /// pass. A server that asked to wait is not asked for anything else.
    std::optional<provider_error> make_accounts_or_say_why() {
        try {
            result_.accounts_made = accounts_->make_missing();
            return std::nullopt;
        } catch (const provider_error& failed) {
            if (failed.kind() != failure::unauthorised && failed.kind() != failure::unavailable) throw;
            return failed;
        }
    }

    /// Returns whether to go on. A dormant room is not made; one without members is.
    bool bring_room_into_line() {
        if (room_.created && !provider_.rooms->update_chat_room()) {
            if (!has_moved()) {
                forget_room();
            } else if (!move_on()) {
                result_.room_ready = false;
                return false;
            }
        }
        if (!room_.created) {
            if (!room_.active) {
                forget_everybody();
                return true;
            }
            if (!begin_making()) {
                result_.overtaken = true;
                return false;
            }
            if (!(is_to_adopt(room_) ? adopt_room() : create_room())) {
                result_.room_ready = false;
                return false;
            }
            room_.created = true;
            // One that was found again looks as it did when it was made.
            if (!provider_.rooms->update_chat_room()) {
                forget_room();
                result_.room_ready = false;
                return false;
            }
        }
        const auto url = provider_.rooms->generate_room_url();
        check_url(url);
        if (url != room_.url) database_.note([&](store::connection& on) { set_url(on, room_.id, url); });
        return true;
    }

    /// On the disk before anything is asked of the server, so that a room of which this is not is known to be nowhere.
    bool begin_making() {
        if (!room_.begun)
            room_.begun =
                database_.transact([&](store::connection& on) { return communication::begin_making(on, room_.id); });
        return room_.begun;
    }

    bool create_room() {
        if (!provider_.rooms->create_chat_room()) return false;
        database_.note([&](store::connection& on) {
            set_created(on, room_.id, true);
            processor_.audit().record_room(on, "room_made", clock_.now());
        });
        return true;
    }

    /// In the place of making one. A refusal is the room's: nothing is made instead until an admin says so.
    bool adopt_room() {
        if (provider_.adopt == nullptr) throw message::error(ROOM_ADOPT_UNABLE, {{"provider", room_.provider}});
        const auto& address = *room_.adopt_address;
        provider_.adopt->adopt_chat_room(address);
        // Whoever was wanted and is not any more by now was put there by others, if they are there: it is not for us to take them out.
        std::vector<user_id> not_ours;
        for (const auto& each : known())
            if (!is_wanted(each.user)) not_ours.push_back(each.user);
        database_.transact([&](store::connection& on) {
            set_adopted(on, room_.id, address);
            forget_members(on, room_.id, not_ours);
            processor_.audit().record_adopted(on, address, clock_.now());
        });
        room_.adopted = true;
        return true;
    }

    /// It is gone from the server, and everybody's place in it.
    void forget_room() {
        database_.transact([&](store::connection& on) {
            set_created(on, room_.id, false);
            forget_all_synced(on, room_.id);
            processor_.audit().record_room(on, "room_lost", clock_.now());
        });
        room_.created = false;
        if (std::exchange(room_.adopted, false)) room_.adopt_address.reset();
    }

    /// Of a room that is gone from the server: whether another one goes on in its place.
    bool has_moved() const {
        const auto url = provider_.rooms->generate_room_url();
        return url && room_.url && *url != *room_.url;
    }

    /// Everybody's place in the old one is gone; what the room is to us, such as adopted, is true of the one in its place. Returns
    /// whether that one is ready.
    bool move_on() {
        database_.transact([&](store::connection& on) {
            // Who has left the old one has left this one as well.
            if (rules_.left == left_policy::respect)
                forget_synced_but_of_left(on, room_.id);
            else
                forget_all_synced(on, room_.id);
            processor_.audit().record_room(on, "room_replaced", clock_.now());
        });
        return provider_.rooms->create_chat_room() && provider_.rooms->update_chat_room();
    }

    /// The address is stored, and shown on terminals and pages, as the plugin gives it.
    void check_url(const std::optional<std::string>& url) const {
        if (!url) return;
        if (!is_room_url(*url) || processor_.holds_secret(*url))
            throw provider_error(failure::invalid, message::error(ROOM_URL).text());
    }

    /// Of a dormant room that is not on the server: nobody has to be taken out of it.
    void forget_everybody() {
        std::vector<user_id> everybody;
        for (const auto& each : known()) everybody.push_back(each.user);
        database_.transact([&](store::connection& on) { forget_members(on, room_.id, everybody); });
    }

    void bring_members_into_line() {
        const auto seen = read_room();
        const auto on_record = known();
        auto found = compare(wanted_, on_record, seen, rules_);
        turn_away_suspended(*database_.borrow(), found);
        if (const auto until = removals_paused_until(rules_, clock_.now()); until && !found.remove.empty()) {
            paused_ = std::exchange(found.remove, {}).size();
            result_.removals_paused_until = until;
        }
        const auto replaced = take_replaced(found.remove);
        banned_ = found.banned;
        spared_ = found.spared.size();
        std::vector<verdict> settled;
        for (const auto& [user, role] : found.settle) settled.push_back({user, role, std::nullopt, {}});
        const auto note = [&](store::connection& on) {
            record_in_room(on, room_.id, settled, clock_.now());
            record_out(on, found.banned);
            forget_members(on, room_.id, found.forget);
            if (seen) record_presence(on, room_.id, *seen);
            follow_what_was_done_by_hand(on, found);
            processor_.audit().record_people(on, "found_in_room", found.settle, clock_.now());
            processor_.audit().record_people(on, "gone_from_room", gone_from(on_record, found.forget), clock_.now());
        };
        if (found.adopt.empty() && found.release.empty()) {
            database_.note(note);
        } else {
            database_.transact_with_directory(note);
        }

        // Who must not be in the room any more goes first: the others only wait, but these still read along.
        auto* members = provider_.members;
        result_.removed = found.remove.size() - calls_.call(found.remove, batches::most_people, step::remove_from_room,
                                                            [&](std::span<const user_id> users) {
                                                                members->remove_members_from_room(users);
                                                            });
        result_.added = found.add.size() -
                        calls_.call(found.add, batches::most_people, step::put_into_room,
                                    [&](std::span<const user_id> users) { members->add_members_to_room(users); });
        const auto gone = now_replaced(replaced);
        result_.removed += gone.size() - calls_.call(gone, batches::most_people, step::remove_from_room,
                                                     [&](std::span<const user_id> users) {
                                                         members->remove_members_from_room(users);
                                                     });
        result_.roles_changed =
            found.change_role.size() -
            calls_.call(found.change_role, batches::most_roles, step::give_role,
                        [&](std::span<const user_id> users) { members->update_room_membership(users); });
    }

    /// Takes those out who have been merged into somebody who is wanted: they stay until that one is in the room, so that nobody
    /// is without it meanwhile.
    std::map<user_id, user_id> take_replaced(std::vector<user_id>& remove) {
        if (remove.empty()) return {};
        auto replaced = directory::merged_among(*database_.borrow(), remove);
        std::erase_if(replaced, [&](const auto& each) { return !is_wanted(each.second); });
        std::erase_if(remove, [&](user_id user) { return replaced.contains(user); });
        return replaced;
    }

    std::vector<user_id> now_replaced(const std::map<user_id, user_id>& replaced) {
        if (replaced.empty()) return {};
        std::set<user_id> in_room;
        for (const auto& each : known())
            if (each.synced) in_room.insert(each.user);
        std::vector<user_id> users;
        for (const auto& [user, other] : replaced)
            if (in_room.contains(other)) users.push_back(user);
        return users;
    }

    /// Who was put into the room on the server becomes a member, who was one for no other reason and was taken out is none
    /// any more. Both are so from now on, not from the next pass.
    void follow_what_was_done_by_hand(store::connection& on, const difference& found) {
        if (found.adopt.empty() && found.release.empty()) return;
        if (!wants_still(on, room_.id, room_.wanted_generation)) return;  // The next pass knows better.
        adopt(on, room_.instance, found.adopt, clock_.now());
        release(on, room_.instance, found.release, clock_.now());
        forget_members(on, room_.id, found.release);
        record_wanted(on, room_.id, wanted_after(wanted_, found));
        std::vector<verdict> in_room;
        for (const auto& [user, role] : found.adopt) in_room.push_back({user, role, std::nullopt, {}});
        record_in_room(on, room_.id, in_room, clock_.now());
        processor_.audit().record_people(on, "adopted_by_room", found.adopt, clock_.now());
        processor_.audit().record_people(on, "released_by_room", found.release, clock_.now());
    }

    /// Who is shut out on the server: nothing can be sent about them that would not be refused.
    void record_out(store::connection& on, std::span<const user_id> banned) {
        const auto reason = message::error(MEMBER_BANNED).text();
        std::vector<verdict> told;
        for (const auto user : banned) told.push_back({user, {}, failure::rejected, reason});
        record_reasons(on, room_.id, told, clock_.now());
    }

    std::optional<observation> read_room() {
        if (provider_.synchronise == nullptr) return std::nullopt;
        processor_.take_observation();
        provider_.synchronise->synchronise_room_members();
        auto seen = processor_.take_observation();
        if (!seen) throw provider_error(failure::invalid, message::error(ROOM_NO_READ).text());
        return seen;
    }

    void settle_status() {
        const bool accounts_matter = provider_.members != nullptr;
        const auto& strangers = processor_.strangers_left();
        database_.note([&](store::connection& on) {
            if (accounts_matter) {
                auto refused = processor_.refused();
                refused.insert(banned_.begin(), banned_.end());
                drop_old_reasons(on, room_.id, refused);
                note_missing_accounts(on);
            } else {
                note_all_synced(on);
            }
            auto waiting = waiting_members(on, room_.id);
            // Whoever stays because of a pause is no trouble of this room, and not to be tried again before its end.
            if (paused_ > 0) std::erase_if(waiting, [](const waiting_member& each) { return each.leaving; });
            result_.waiting = waiting.size() + strangers.number;
            set_reconciled(on, room_.id, room_.wanted_generation,
                           result_.waiting == 0 ? room_status::ready : room_status::degraded, clock_.now());
            if (spared_ > 0)
                set_last_error(on, room_.id,
                               message::error(ROOM_STRANGERS_SPARED, {{"number", std::to_string(spared_)}}).text());
            if (result_.removals_paused_until)
                set_last_error(
                    on, room_.id,
                    message::error(ROOM_REMOVALS_PAUSED, {{"number", std::to_string(paused_)},
                                                          {"until", text::utc(*result_.removals_paused_until)}})
                        .text());
            // Asked for while a pass was making one.
            if (room_.created && is_to_adopt(room_))
                set_last_error(on, room_.id,
                               message::error(ROOM_ADOPT_CREATED, {{"room", to_string(room_.id)}}).text());
            if (strangers.number > 0)
                set_last_error(on, room_.id,
                               message::error(ROOM_STRANGERS, {{"number", std::to_string(strangers.number)},
                                                               {"reason", strangers.reason}})
                                   .text());
        });
    }

    /// Whoever waits for an account that nobody is going to make is told so.
    void note_missing_accounts(store::connection& on) {
        if (provider_.users != nullptr) return;
        std::vector<verdict> waiting;
        const auto reason = message::error(MEMBER_NO_ACCOUNT).text();
        for (const auto& each : known_members(on, room_.id, room_.provider)) {
            if (!each.has_account) waiting.push_back({each.user, {}, failure::rejected, reason});
        }
        record_reasons(on, room_.id, waiting, clock_.now());
    }

    /// A provider that puts nobody into rooms (a link) has nothing to wait for.
    void note_all_synced(store::connection& on) {
        std::vector<verdict> done;
        for (const auto& member : wanted_) done.push_back({member.user, member.role, std::nullopt, {}});
        record_in_room(on, room_.id, done, clock_.now());
        std::vector<user_id> gone;
        for (const auto& each : known_members(on, room_.id, room_.provider)) {
            if (!is_wanted(each.user)) gone.push_back(each.user);
        }
        forget_members(on, room_.id, gone);
    }

    std::vector<known_member> known() {
        auto known = known_members(*database_.borrow(), room_.id, room_.provider);
        const auto adopted = adopted_alone(*database_.borrow(), room_.instance, clock_.now());
        for (auto& each : known) {
            each.account_refused = processor_.without_account().contains(each.user);
            each.adopted = adopted.contains(each.user);
        }
        return known;
    }

    bool is_wanted(user_id user) const {
        return std::binary_search(wanted_.begin(), wanted_.end(), core_communication::member{user, {}},
                                  [](const auto& a, const auto& b) { return a.user < b.user; });
    }

    const fenced_database& database_;
    const store::clock& clock_;
    policy rules_;
    room room_;
    const provider_interfaces& provider_;
    room_processor& processor_;
    batches calls_;
    std::optional<room_accounts> accounts_;           ///< Empty where the plugin makes none.
    std::vector<core_communication::member> wanted_;  ///< By user id.
    std::vector<user_id> banned_;
    std::size_t paused_ = 0;  ///< People who were left in the room because of a pause.
    std::size_t spared_ = 0;  ///< Strangers who were left in the room because one of them may be wanted.
    reconcile_result result_;
};

reconciler::reconciler(store::database& database, const store::clock& clock, policy rules)
    : database_(database), clock_(clock), rules_(rules) {}

reconcile_result reconciler::run(const room& of, const directory::instance& instance,
                                 const provider_interfaces& provider, room_processor& processor,
                                 const std::function<bool()>& still_mine) {
    return pass(*this, of, instance, provider, processor, still_mine).run();
}

std::vector<core_communication::member> reconciler::wanted(const room& of, const directory::instance& instance,
                                                           store::milliseconds_utc at) {
    if (!of.active || instance.status == directory::instance_status::deleted)
        return people_kept(*database_.borrow(), of, instance, rules_);
    return directory::effective_members(*database_.borrow(), instance.id, at);
}

}  // namespace commhost::communication
