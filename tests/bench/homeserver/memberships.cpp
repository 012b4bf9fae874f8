#include "homeserver.hpp"

namespace commhost::stand_in {

void homeserver::set_member(room& in, const std::string& account, const std::string& sender,
                            std::string_view membership) {
    object content{{"membership", membership}};
    const auto found = accounts_.find(account);
    if (membership != "leave" && found != accounts_.end() && found->second.displayname)
        content["displayname"] = *found->second.displayname;
    set(in, "m.room.member", account, sender, content);
}

http_answer homeserver::force_join(const object& asked, const parts& of) {
    const auto account = text_in(asked, "user_id");
    if (!is_local(account)) throw refusal{400, "M_UNKNOWN", "This endpoint can only be used with local users"};
    if (!accounts_.contains(account)) throw refusal{404, "M_NOT_FOUND", "User not found"};
    const auto found = rooms_.find(of.front());
    if (found == rooms_.end())
        throw refusal{404, "M_UNKNOWN",
                      "Can't join remote room because no servers that are in the room have been provided."};
    auto& in = found->second;
    if (in.membership_of(account) == "join") throw refusal{403, "M_FORBIDDEN", account + " is already in the room."};
    // A room that is joined by invitation: Synapse lets its admin invite, and then the account join.
    if (in.membership_of(account) != "invite") set_member(in, account, admin_, "invite");
    set_member(in, account, account, "join");
    return answer_of({{"room_id", in.id}});
}

http_answer homeserver::join(const object&, const parts& of) {
    auto& in = room_of(of.front());
    if (in.membership_of(admin_) != "join") set_member(in, admin_, admin_, "join");
    return answer_of({{"room_id", in.id}});
}

http_answer homeserver::invite(const object& asked, const parts& of) {
    auto& in = room_of_ours(of.front());
    const auto account = text_in(asked, "user_id");
    if (in.membership_of(account) == "join") throw refusal{403, "M_FORBIDDEN", account + " is already in the room."};
    set_member(in, account, admin_, "invite");
    return done();
}

http_answer homeserver::kick(const object& asked, const parts& of) {
    auto& in = room_of_ours(of.front());
    const auto account = text_in(asked, "user_id");
    const auto membership = in.membership_of(account);
    if (membership != "join" && membership != "invite")
        throw refusal{403, "M_FORBIDDEN", "The target user is not in the room"};
    if (account != admin_ && in.power_of(account) >= in.power_of(admin_) && in.power_of(admin_) != 0)
        throw refusal{403, "M_FORBIDDEN", "You cannot kick user " + account + "."};
    set_member(in, account, admin_, "leave");
    return done();
}

http_answer homeserver::joined_members(const object&, const parts& of) {
    object joined;
    for (const auto& [account, membership] : room_of_ours(of.front()).memberships) {
        if (membership != "join") continue;
        const auto found = accounts_.find(account);
        const bool is_named = found != accounts_.end() && found->second.displayname;
        joined[account] = {{"display_name", is_named ? boost::json::value(*found->second.displayname) : nullptr},
                           {"avatar_url", nullptr}};
    }
    return answer_of({{"joined", std::move(joined)}});
}

}  // namespace commhost::stand_in
