#include "archive.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace communication_matrix {

namespace {

namespace json = boost::json;

/// Those that say what may be done of which nothing more is said, with what holds where they are absent
/// (Matrix client-server API, "m.room.power_levels").
constexpr std::array<std::pair<std::string_view, std::int64_t>, 3> defaults{
    {{"events_default", 0}, {"state_default", 50}, {"invite", 0}}};

/// In the content itself, so that it is there whatever is forgotten here.
constexpr std::string_view before_name = "commhost.before_archive";

std::int64_t number_of(const json::value* value, std::int64_t where_absent) {
    return value != nullptr && value->is_int64() ? value->get_int64() : where_absent;
}

/// Raises one level and keeps what it was; null stands for "absent".
void raise_one(json::object& in, std::string_view name, std::int64_t where_absent, std::int64_t level,
               json::object& before) {
    const auto* present = in.if_contains(name);
    if (number_of(present, where_absent) >= level) return;
    before[name] = present == nullptr ? json::value(nullptr) : *present;
    in[name] = level;
}

/// raised: the levels of which one means that it was raised by us.
void lower_one(json::object& in, std::string_view name, const json::value& before, const json::array& raised) {
    const auto* present = in.if_contains(name);
    if (present == nullptr || std::find(raised.begin(), raised.end(), *present) == raised.end()) return;
    if (before.is_null())
        in.erase(name);
    else
        in[name] = before;
}

json::object object_at(const json::object& in, std::string_view name) {
    const auto* found = in.if_contains(name);
    return found != nullptr && found->is_object() ? found->get_object() : json::object();
}

json::array array_at(const json::object& in, std::string_view name) {
    const auto* found = in.if_contains(name);
    return found != nullptr && found->is_array() ? found->get_array() : json::array();
}

}  // namespace

raised_levels raise(const json::object& content, std::int64_t level, const json::object& before) {
    // From what it was before it was raised at all: what an earlier call made of it, to another level, is no one's wish.
    raised_levels raised{lower_again(content, before), {}, false};
    json::object kept;
    for (const auto& [name, where_absent] : defaults) raise_one(raised.content, name, where_absent, level, kept);
    json::object kept_events;
    auto events = object_at(raised.content, "events");
    for (const auto& [name, unused] : object_at(raised.content, "events"))
        raise_one(events, name, level, level, kept_events);
    if (!events.empty()) raised.content["events"] = std::move(events);
    // The server may still have what was raised to an earlier level: this content may never reach it.
    auto levels = array_at(before, "levels");
    if (std::find(levels.begin(), levels.end(), json::value(level)) == levels.end()) levels.emplace_back(level);
    raised.before = {{"levels", std::move(levels)}, {"defaults", std::move(kept)}, {"events", std::move(kept_events)}};
    raised.content[before_name] = raised.before;
    raised.changed = raised.content != content;
    return raised;
}

json::object lower_again(json::object content, const json::object& before) {
    content.erase(before_name);
    const auto raised = array_at(before, "levels");
    for (const auto& [name, value] : object_at(before, "defaults")) lower_one(content, name, value, raised);
    auto events = object_at(content, "events");
    for (const auto& [name, value] : object_at(before, "events")) lower_one(events, name, value, raised);
    if (content.contains("events")) content["events"] = std::move(events);
    return content;
}

std::optional<json::object> before_of(const json::object& content) {
    const auto* before = content.if_contains(before_name);
    return before != nullptr && before->is_object() ? std::optional(before->get_object()) : std::nullopt;
}

archive::archive(core_communication::processor& processor, client& server, const configuration& site,
                 remote_room& remote)
    : processor_(processor), server_(server), site_(site), remote_(remote) {}

bool archive::close() {
    const auto kept = remote_.levels_before_archive();
    // Above every role, and not above our own account, which has more than an owner (see room.cpp).
    const auto raised =
        raise(present_levels(), site_.levels.owner + 1, kept ? json::parse(*kept).as_object() : json::object());
    if (!raised.changed) return true;
    // Before it is sent: whatever stops us then, the room can be opened again.
    remote_.remember_levels_before_archive(json::serialize(raised.before));
    set_levels(raised.content);
    processor_.log().log(core_communication::log_level::info, "closed the room " + remote_.required_id());
    return true;
}

bool archive::open() {
    const auto kept = remote_.levels_before_archive();
    if (!kept) return true;
    const auto present = present_levels();
    if (auto opened = lower_again(present, json::parse(*kept).as_object()); opened != present) {
        set_levels(std::move(opened));
        processor_.log().log(core_communication::log_level::info,
                             "opened the room " + remote_.required_id() + " again");
    }
    remote_.forget_levels_before_archive();
    return true;
}

void archive::take_note_of(const room_state& found) {
    if (const auto before = before_of(found.levels.content()))
        remote_.remember_levels_before_archive(json::serialize(*before));
}

json::object archive::present_levels() {
    // Not the state with our own changes: the event is replaced as a whole.
    return remote_.required_observed_state().levels.content();
}

void archive::set_levels(json::object content) {
    server_.set_levels(remote_.required_id(), content);
    auto* state = remote_.state();
    state->levels = power_levels(std::move(content), state->levels.creators());
}

}  // namespace communication_matrix
