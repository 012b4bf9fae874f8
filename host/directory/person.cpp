#include "directory/person.hpp"

#include "directory/codes.hpp"
#include "message/error.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace commhost::directory {

user find_person(store::connection& sql, std::string_view what) {
    if (auto found = find_user(sql, what)) return *std::move(found);
    std::vector<user_id> meant;
    std::optional<user_status> best;
    for (const auto& [id, status] : sql.query<user_id, user_status>(
             "select id, status from directory_user where username = :username order by status, id",
             {{"username", what}})) {
        const bool gone = status == user_status::deleted;
        if (gone && best && *best != user_status::deleted) break;
        if (!best) best = status;
        meant.push_back(id);
    }
    const std::string named(what);
    if (meant.empty()) throw message::error(DIRECTORY_USER, {{"user", named}});
    if (meant.size() > 1) {
        std::string ids;
        for (const auto& each : find_users(sql, meant)) ids += (ids.empty() ? "" : ", ") + each.record.external_id;
        throw message::error(DIRECTORY_USER_AMBIGUOUS, {{"user", named}, {"users", ids}});
    }
    return find_user(sql, meant.front()).value();
}

std::vector<membership> memberships_with(store::connection& sql, user_id person) {
    std::vector<membership> found;
    for (auto& [instance, source, reference, role, room_role, begins, ends, status, all_groups] :
         sql.query<instance_id, std::string, std::string, std::string, core_communication::room_role,
                   std::optional<store::milliseconds_utc>, std::optional<store::milliseconds_utc>, membership_status,
                   std::optional<bool>>("select instance_id, source, reference, role, room_role, begins, ends, status, "
                                        "all_groups from directory_membership "
                                        "where user_id = :user order by instance_id, source, reference",
                                        {{"user", person}}))
        found.push_back({instance, person, std::move(source), std::move(reference), std::move(role), room_role, begins,
                         ends, status, all_groups});
    return found;
}

std::vector<std::string> sources_with(store::connection& sql, user_id person) {
    std::vector<std::string> found;
    for (auto& [source] : sql.query<std::string>(
             "select source from directory_user_source where user_id = :user order by source", {{"user", person}}))
        found.push_back(std::move(source));
    return found;
}

}  // namespace commhost::directory
