#include "directory/leaving.hpp"

#include "store/json_rows.hpp"

#include <cstddef>
#include <string_view>

namespace commhost::directory {

namespace {

using store::column;
using store::json_rows;

constexpr std::size_t rows_a_statement = 4000;

/// key: the column of directory_user that each of people is.
template <class People>
std::map<user_id, bool> leavers_by(store::connection& sql, const People& people, std::string_view key, column kind) {
    std::map<user_id, bool> found;
    const auto table = json_rows::table(sql.dialect(), ":rows", {{"person", kind}});
    json_rows rows;
    const auto ask = [&] {
        for (const auto& [user, has_left] :
             sql.query<user_id, bool>("select u.id, case when u.status <> :active then 1 else 0 end from " + table +
                                          " r join directory_user u on u." + std::string(key) +
                                          " = r.person where u.merged_into is null "
                                          "and not exists (select 1 from directory_erasure e where e.user_id = u.id)",
                                      {{"rows", rows.json()}, {"active", user_status::active}}))
            found.emplace(user, has_left);
        rows = {};
    };
    for (const auto& each : people) {
        rows.add(each);
        if (rows.size() == rows_a_statement) ask();
    }
    if (!rows.empty()) ask();
    return found;
}

}  // namespace

std::map<user_id, bool> leavers_among(store::connection& sql, std::span<const user_id> people) {
    return leavers_by(sql, people, "id", column::integer);
}

std::map<user_id, bool> leavers_among(store::connection& sql, const std::set<std::string>& external_ids) {
    return leavers_by(sql, external_ids, "external_id", column::text);
}

}  // namespace commhost::directory
