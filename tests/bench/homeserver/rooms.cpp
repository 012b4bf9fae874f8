#include "homeserver.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <charconv>

namespace commhost::stand_in {

namespace {

bool creators_have_all_power(std::string_view version) {
    int number = 0;
    std::from_chars(version.data(), version.data() + version.size(), number);
    return number >= 12;
}

/// What Synapse gives a new room of the preset "private_chat".
boost::json::object first_levels(const std::string& creator, bool creator_is_listed) {
    boost::json::object users;
    if (creator_is_listed) users[creator] = 100;
    return {{"users", users},
            {"users_default", 0},
            {"events",
             {{"m.room.name", 50},
              {"m.room.power_levels", 100},
              {"m.room.history_visibility", 100},
              {"m.room.canonical_alias", 50},
              {"m.room.avatar", 50},
              {"m.room.tombstone", creator_is_listed ? 100 : 150},
              {"m.room.server_acl", 100},
              {"m.room.encryption", 100}}},
            {"events_default", 0},
            {"state_default", 50},
            {"ban", 50},
            {"kick", 50},
            {"redact", 50},
            {"invite", 0},
            {"historical", 100}};
}

std::string quoted(std::string_view text) { return boost::json::serialize(boost::json::string(text)); }

}  // namespace

int room::power_of(const std::string& account) const {
    const auto* users = levels.if_contains("users");
    const auto* level = users != nullptr && users->is_object() ? users->get_object().if_contains(account) : nullptr;
    if (level == nullptr) level = levels.if_contains("users_default");
    return level != nullptr && level->is_int64() ? static_cast<int>(level->get_int64()) : 0;
}

std::string room::membership_of(const std::string& account) const {
    const auto found = memberships.find(account);
    return found == memberships.end() ? std::string() : found->second;
}

std::int64_t room::joined() const {
    return std::count_if(memberships.begin(), memberships.end(),
                         [](const auto& each) { return each.second == "join"; });
}

room& homeserver::room_of(const std::string& id) {
    const auto found = rooms_.find(id);
    if (found == rooms_.end()) throw refusal{404, "M_NOT_FOUND", "Room not found"};
    return found->second;
}

room& homeserver::room_of_ours(const std::string& id) {
    const auto found = rooms_.find(id);
    if (found == rooms_.end() || found->second.membership_of(admin_) != "join")
        throw refusal{403, "M_FORBIDDEN", "User " + admin_ + " not in room " + id};
    return found->second;
}

std::string homeserver::set(room& in, const std::string& type, const std::string& key, const std::string& sender,
                            const object& content) {
    auto& event = in.state[{type, key}];
    const auto replaced = event.id.empty() ? std::string() : ",\"replaces_state\":" + quoted(event.id);
    // As long as Synapse's, which are hashes.
    auto id = std::to_string(++last_id_);
    event.id = "$" + std::string(43 - id.size(), '0') + id;
    event.content = boost::json::serialize(content);
    event.whole = "{\"age\":137,\"content\":" + event.content + ",\"event_id\":" + quoted(event.id) +
                  ",\"origin_server_ts\":" + std::to_string(seconds_now() * 1000) + replaced +
                  ",\"room_id\":" + quoted(in.id) + ",\"sender\":" + quoted(sender) + ",\"state_key\":" + quoted(key) +
                  ",\"type\":" + quoted(type) + ",\"unsigned\":{\"age\":137" + replaced +
                  "},\"user_id\":" + quoted(sender) + "}";
    if (type == "m.room.power_levels") in.levels = content;
    if (type == "m.room.member") in.memberships[key] = text_in(content, "membership");
    return event.id;
}

std::string homeserver::state_of(const room& of) const {
    std::string text = "[";
    for (const auto& [key, event] : of.state) {
        if (text.size() > 1) text += ',';
        text += event.whole;
    }
    return text + "]";
}

http_answer homeserver::create_room(const object& asked, const parts&) {
    const auto local = text_in(asked, "room_alias_name");
    const auto alias = "#" + local + ":" + server_name_;
    if (!local.empty() && room_ids_.contains(alias)) throw refusal{400, "M_ROOM_IN_USE", "Room alias already taken"};
    const auto version = asked.contains("room_version") ? text_in(asked, "room_version") : "11";
    const bool creator_is_listed = !creators_have_all_power(version);
    const auto number = std::to_string(++last_id_);
    const auto id = creator_is_listed ? "!" + std::string(18 - number.size(), 'R') + number + ":" + server_name_
                                      : "!" + std::string(43 - number.size(), 'R') + number;
    auto& made = rooms_[id];
    made.id = id;
    made.version = version;
    const auto& own = admin_;
    object creation{{"room_version", version}};
    if (const auto* more = asked.if_contains("creation_content"); more != nullptr && more->is_object())
        for (const auto& [name, value] : more->get_object()) creation[name] = value;
    set(made, "m.room.create", "", own, creation);
    set_member(made, own, own, "join");
    auto levels = first_levels(own, creator_is_listed);
    if (const auto* changed = asked.if_contains("power_level_content_override");
        changed != nullptr && changed->is_object())
        for (const auto& [name, value] : changed->get_object()) levels[name] = value;
    set(made, "m.room.power_levels", "", own, levels);
    if (!local.empty()) {
        set(made, "m.room.canonical_alias", "", own, {{"alias", alias}});
        room_ids_[alias] = id;
        made.aliases.insert(alias);
    }
    set(made, "m.room.join_rules", "", own, {{"join_rule", "invite"}});
    set(made, "m.room.history_visibility", "", own, {{"history_visibility", "shared"}});
    set(made, "m.room.guest_access", "", own, {{"guest_access", "can_join"}});
    if (const auto* more = asked.if_contains("initial_state"); more != nullptr && more->is_array())
        for (const auto& each : more->get_array())
            set(made, text_in(each.as_object(), "type"), text_in(each.as_object(), "state_key"), own,
                each.at("content").as_object());
    if (asked.contains("name")) set(made, "m.room.name", "", own, {{"name", text_in(asked, "name")}});
    if (const auto topic = text_in(asked, "topic"); !topic.empty())
        set(made, "m.room.topic", "", own,
            {{"m.topic", {{"m.text", boost::json::array{object{{"body", topic}}}}}}, {"topic", topic}});
    if (const auto* invited = asked.if_contains("invite"); invited != nullptr && invited->is_array())
        for (const auto& each : invited->get_array()) set_member(made, std::string(each.as_string()), own, "invite");
    made_room_ = id;
    return answer_of({{"room_id", id}});
}

http_answer homeserver::look_up_alias(const object&, const parts& of) {
    const auto found = room_ids_.find(of.front());
    if (found == room_ids_.end()) throw refusal{404, "M_NOT_FOUND", "Room alias " + of.front() + " not found"};
    return answer_of({{"room_id", found->second}, {"servers", boost::json::array{server_name_}}});
}

http_answer homeserver::put_alias(const object& asked, const parts& of) {
    if (room_ids_.contains(of.front())) throw refusal{409, "M_UNKNOWN", "Room alias " + of.front() + " already exists"};
    auto& in = room_of_ours(text_in(asked, "room_id"));
    room_ids_[of.front()] = in.id;
    in.aliases.insert(of.front());
    return done();
}

http_answer homeserver::delete_alias(const object&, const parts& of) {
    const auto found = room_ids_.find(of.front());
    if (found == room_ids_.end()) throw refusal{404, "M_NOT_FOUND", "Unknown room alias"};
    rooms_[found->second].aliases.erase(of.front());
    room_ids_.erase(found);
    return done();
}

http_answer homeserver::aliases(const object&, const parts& of) {
    boost::json::array names;
    for (const auto& each : room_of_ours(of.front()).aliases) names.emplace_back(each);
    return answer_of({{"aliases", std::move(names)}});
}

http_answer homeserver::look_up_room(const object&, const parts& of) {
    const auto& found = room_of(of.front());
    const auto joined = found.joined();
    return answer_of({{"room_id", found.id},
                      {"joined_members", joined},
                      {"joined_local_members", joined},
                      {"state_events", found.state.size()},
                      {"version", found.version},
                      {"creator", admin_},
                      {"encryption", nullptr},
                      {"federatable", true},
                      {"public", false},
                      {"tombstoned", false},
                      {"replacement_room", nullptr}});
}

http_answer homeserver::read_state_as_admin(const object&, const parts& of) {
    return {200, "{\"state\":" + state_of(room_of(of.front())) + "}"};
}

http_answer homeserver::make_room_admin(const object& asked, const parts& of) {
    auto& in = room_of(of.front());
    auto levels = in.levels;
    levels["users"].as_object()[text_in(asked, "user_id")] = 100;
    set(in, "m.room.power_levels", "", admin_, levels);
    return done();
}

http_answer homeserver::delete_room(const object&, const parts& of) {
    const auto id = "delete" + std::to_string(++last_id_);
    if (const auto found = rooms_.find(of.front()); found != rooms_.end()) {
        for (const auto& alias : found->second.aliases) room_ids_.erase(alias);
        rooms_.erase(found);
    }
    deletions_[id] = of.front();
    return answer_of({{"delete_id", id}});
}

homeserver::object homeserver::deletion_of(const std::string& id) const {
    return {{"delete_id", id},
            {"room_id", deletions_.at(id)},
            {"status", "complete"},
            {"shutdown_room",
             {{"kicked_users", boost::json::array()},
              {"failed_to_kick_users", boost::json::array()},
              {"local_aliases", boost::json::array()},
              {"new_room_id", nullptr}}}};
}

http_answer homeserver::delete_status(const object&, const parts& of) {
    if (!deletions_.contains(of.front())) throw refusal{404, "M_NOT_FOUND", "delete id '" + of.front() + "' not found"};
    return answer_of(deletion_of(of.front()));
}

http_answer homeserver::delete_status_of_room(const object&, const parts& of) {
    boost::json::array results;
    for (const auto& [id, deleted] : deletions_)
        if (deleted == of.front()) results.emplace_back(deletion_of(id));
    if (results.empty()) throw refusal{404, "M_NOT_FOUND", "No delete task for room_id '" + of.front() + "' found"};
    return answer_of({{"results", std::move(results)}});
}

http_answer homeserver::read_state(const object&, const parts& of) {
    try {
        return {200, state_of(room_of_ours(of.front()))};
    } catch (refusal& why) {
        why.error += ", and room previews are disabled";
        throw;
    }
}

http_answer homeserver::read_state_event(const object&, const parts& of) {
    const auto& in = room_of_ours(of.front());
    const auto found = in.state.find(std::pair(of[1], of.size() > 2 ? of[2] : std::string()));
    if (found == in.state.end()) throw refusal{404, "M_NOT_FOUND", "Event not found."};
    return {200, found->second.content};
}

http_answer homeserver::put_state_event(const object& asked, const parts& of) {
    auto& in = room_of_ours(of.front());
    return answer_of({{"event_id", set(in, of[1], of.size() > 2 ? of[2] : std::string(), admin_, asked)}});
}

http_answer homeserver::upload(const object&, const parts&) {
    return answer_of({{"content_uri", "mxc://" + server_name_ + "/upload" + std::to_string(++last_id_)}});
}

}  // namespace commhost::stand_in
