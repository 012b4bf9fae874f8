#include "communication/room_archive.hpp"

#include "communication/api.hpp"
#include "communication/codes.hpp"
#include "communication/room_rules.hpp"
#include "directory/user.hpp"
#include "message/error.hpp"
#include "task/queue.hpp"
#include "text/time.hpp"
#include "text/utf8.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace commhost::communication {

namespace {

using core_communication::member;
using core_communication::user_id;

/// Of a room's name, in code points, as the SDK promises plugins (room_properties).
constexpr std::size_t longest_name = 255;

constexpr std::string_view name_in_pattern = "{name}";
constexpr std::string_view year_in_pattern = "{year}";

void put_in(std::string& pattern, std::string_view placeholder, std::string_view value) {
    if (const auto at = pattern.find(placeholder); at != std::string::npos)
        pattern.replace(at, placeholder.size(), value);
}

bool is_archive(ended_policy ended) { return ended == ended_policy::archive || ended == ended_policy::archive_empty; }

/// Whether the room is dormant says nothing here: it may have been read before its instance was.
bool keeps_people(const directory::instance& instance, const policy& rules) {
    return rules.ended == ended_policy::archive && instance.status == directory::instance_status::deleted;
}

/// Whether the server is still to be brought to what the pass read. An admin may have frozen the room since, or something else is wanted.
bool may_follow(const room& now, const room& read) {
    return now.status != room_status::held && now.status != room_status::deleting &&
           now.wanted_generation == read.wanted_generation;
}

void store_change(const room_processor& processor, const room& of, const std::string& changed, std::string_view action,
                  store::milliseconds_utc now) {
    processor.database().transact([&](store::connection& on) {
        on.execute("update communication set " + changed + " where id = :id", {{"id", of.id}});
        processor.audit().record_room(on, action, now);
    });
}

}  // namespace

std::optional<store::milliseconds_utc> archive_at(const room& of, const directory::instance& instance,
                                                  const policy& rules) {
    if (!is_archive(rules.ended) || instance.status != directory::instance_status::deleted || of.active ||
        !of.created || of.archived_at)
        return std::nullopt;
    return of.ended_at.value_or(of.changed_at) + rules.ended_after.count();
}

bool begin_archive(store::connection& on, const room& which, store::milliseconds_utc now) {
    const auto begun = on.execute("update communication set archived_at = :now, status = 'pending' "
                                  "where id = :id and active = 0 and created = 1 and archived_at is null "
                                  "and status not in ('held', 'deleting')",
                                  {{"now", now}, {"id", which.id}});
    if (begun == 0) return false;
    const std::array tasks{reconcile_task({which.id, which.provider}, task::lane::interactive)};
    task::queue::enqueue(on, tasks, now);
    return true;
}

std::string name_to_show(const room& of, const directory::instance& instance, const policy& rules) {
    const auto& name = instance.name.empty() ? instance.key.external_id : instance.name;
    if (!of.archived_at || of.active) return name;
    auto shown = rules.archived_name;
    put_in(shown, year_in_pattern, text::utc(*of.archived_at).substr(0, 4));
    const auto room_for_name = longest_name - std::min(longest_name, shown.size() - name_in_pattern.size());
    put_in(shown, name_in_pattern, text::first_code_points(name, room_for_name));
    return shown;
}

policy rules_of_pass(store::connection& on, const room& of, const directory::instance& instance, policy configured) {
    auto rules = rules_for(on, of.instance, std::move(configured));
    if (of.active && instance.status != directory::instance_status::deleted) return rules;
    if (keeps_people(instance, rules)) {
        rules.unlisted = unlisted_policy::keep;
        rules.left = left_policy::respect;
    }
    if (rules.unlisted == unlisted_policy::adopt) rules.unlisted = unlisted_policy::remove;
    return rules;
}

std::vector<member> people_kept(store::connection& on, const room& of, const directory::instance& instance,
                                const policy& configured) {
    if (!keeps_people(instance, rules_for(on, of.instance, configured))) return {};
    std::vector<member> people;
    std::vector<user_id> users;
    for (const auto& [user, role] : on.query<user_id, core_communication::room_role>(
             "select user_id, role from communication_user where communication_id = :room and synced = 1 "
             "and deleted = 0 order by user_id",
             {{"room", of.id}})) {
        people.push_back({user, role});
        users.push_back(user);
    }
    std::set<user_id> active;
    for (const auto& each : directory::find_users(on, users)) {
        if (each.record.status == directory::user_status::active) active.insert(each.id);
    }
    std::erase_if(people, [&](const member& each) { return !active.contains(each.user); });
    return people;
}

bool follow_archive(const room& of, core_communication::room_archive_provider* provider, room_processor& processor,
                    const store::clock& clock) {
    if (!of.archived_at) return true;
    const auto now = find_room(*processor.database().borrow(), of.id);
    if (!now || !may_follow(*now, of)) return true;
    // Lost on the server, it is no archive any more: what is made in its place is open.
    if (of.active || !now->created) {
        if (now->created && provider != nullptr && !provider->restore_chat_room()) return false;
        store_change(processor, of, "closed = 0, archived_at = null", "room_opened", clock.now());
        return true;
    }
    if (provider == nullptr) {
        processor.database().transact([&](store::connection& on) {
            set_last_error(on, of.id, message::error(ROOM_ARCHIVE_OPEN, {{"provider", of.provider}}).text());
        });
    } else if (!provider->archive_chat_room()) {
        return false;
    }
    if (!of.closed) store_change(processor, of, "closed = 1", "room_archived", clock.now());
    return true;
}

}  // namespace commhost::communication
