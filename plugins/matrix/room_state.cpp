#include "room_state.hpp"

#include "array_reader.hpp"
#include "bounded_json.hpp"

#include <core_communication/provider_error.hpp>

#include <boost/json/object.hpp>

#include <charconv>
#include <set>
#include <utility>

namespace communication_matrix {

namespace {

[[noreturn]] void not_whole(const std::string& why) {
    throw core_communication::provider_error(core_communication::failure::invalid, "the room's state " + why);
}

/// Takes the events one after the other.
class state_reader {
  public:
    void take(const boost::json::value& event) {
        if (!event.is_object()) not_whole("holds something that is no event");
        const auto& object = event.get_object();
        const auto* type = object.if_contains("type");
        const auto* content = object.if_contains("content");
        if (type == nullptr || !type->is_string() || content == nullptr || !content->is_object())
            not_whole("holds an event without type or content");
        const std::string_view name = type->get_string();
        const auto state_key = text_in(object, "state_key");
        if (name == "m.room.member") {
            take_member(state_key, text_in(content->get_object(), "membership"), text_in(object, "sender"));
        } else if (name == "m.space.parent") {
            take_parent(state_key, content->get_object());
        } else if (state_key.empty()) {
            take_unique(name, object, content->get_object());
        }
    }

    room_state finish() {
        if (creator_.empty()) not_whole("has no m.room.create");
        read_.creator = creator_;
        read_.has_levels = has_levels_;
        if (!creators_have_all_power(read_.version)) {
            additional_creators_.clear();
            // Without the event the creator alone has power (m.room.power_levels, "if the room has none").
            if (!has_levels_) levels_["users"] = boost::json::object{{creator_, 100}};
        } else {
            additional_creators_.insert(creator_);
        }
        read_.levels = power_levels(std::move(levels_), std::move(additional_creators_));
        return std::move(read_);
    }

  private:
    void take_member(const std::string& account, std::string_view how, std::string_view sender) {
        if (account.empty() || how.empty()) not_whole("holds a member without id or membership");
        if (how == "join") read_.members[account] = membership::join;
        if (how == "invite") read_.members[account] = membership::invite;
        if (how == "ban") read_.absent[account] = core_communication::presence::banned;
        if (how == "leave" && sender == account) read_.absent[account] = core_communication::presence::left;
    }

    void take_parent(const std::string& space, const boost::json::object& content) {
        const auto* via = content.if_contains("via");
        const auto* canonical = content.if_contains("canonical");
        const bool is_one = via != nullptr && via->is_array() && !via->get_array().empty();
        if (is_one && canonical != nullptr && canonical->is_bool() && canonical->get_bool())
            read_.parents.insert(space);
    }

    void take_unique(std::string_view type, const boost::json::object& event, const boost::json::object& content) {
        if (type == "m.room.name") read_.name = text_in(content, "name");
        if (type == "m.room.join_rules") read_.is_public = text_in(content, "join_rule") == "public";
        if (type == "m.room.topic") read_.topic = text_in(content, "topic");
        if (type == "m.room.history_visibility") read_.history_visibility = text_in(content, "history_visibility");
        // Whatever it says: a room that has it counts as encrypted.
        if (type == "m.room.encryption") read_.encrypted = true;
        if (type == "m.room.tombstone") read_.replacement = text_in(content, "replacement_room");
        if (type == "m.room.power_levels") {
            levels_ = content;
            has_levels_ = true;
        }
        if (type == "m.room.create") {
            creator_ = text_in(event, "sender");
            read_.type = text_in(content, "type");
            if (const auto* old = content.if_contains("predecessor"); old != nullptr && old->is_object())
                read_.predecessor = text_in(old->get_object(), "room_id");
            auto version = text_in(content, "room_version");
            read_.version = version.empty() ? std::string(1, '1') : std::move(version);
            if (const auto* more = content.if_contains("additional_creators"); more != nullptr && more->is_array())
                for (const auto& account : more->get_array())
                    if (account.is_string()) additional_creators_.emplace(account.get_string());
        }
    }

    room_state read_;
    std::string creator_;
    std::set<std::string, std::less<>> additional_creators_;
    boost::json::object levels_;
    bool has_levels_ = false;
};

}  // namespace

bool room_state::has_joined(std::string_view account) const {
    const auto found = members.find(account);
    return found != members.end() && found->second == membership::join;
}

bool room_state::has_invited(std::string_view account) const {
    const auto found = members.find(account);
    return found != members.end() && found->second == membership::invite;
}

room_state parse_room_state(std::string_view answer) {
    state_reader reader;
    for_each_element(answer, [&](const boost::json::value& event) { reader.take(event); });
    return reader.finish();
}

bool is_stillborn(std::string_view state, std::string_view account) {
    bool is_alive = false;
    for_each_element(state, [&](const boost::json::value& event) {
        const auto* object = event.if_object();
        const auto* content = object == nullptr ? nullptr : object->if_contains("content");
        const bool is_whole = content != nullptr && content->is_object();
        const bool is_of_beginning = is_whole && text_in(*object, "sender") == account &&
                                     text_in(*object, "type") != "m.room.power_levels" &&
                                     text_in(content->get_object(), "membership") != "join";
        is_alive = is_alive || !is_of_beginning;
    });
    return !is_alive;
}

bool creators_have_all_power(std::string_view room_version) {
    int number = 0;
    const auto [end, error] = std::from_chars(room_version.data(), room_version.data() + room_version.size(), number);
    return error == std::errc() && end == room_version.data() + room_version.size() && number >= 12;
}

}  // namespace communication_matrix
