#include "directory/application.hpp"
#include "directory/codes.hpp"
#include "directory/merging.hpp"
#include "message/error.hpp"

namespace commhost::directory {

void application::put_users(const std::vector<user_record>& users) {
    in_chunks(users, [&](auto chunk) {
        json_rows rows;
        json_rows keys;
        for (const auto& user : chunk) {
            rows.add(user.external_id, user.username, user.given_name, user.family_name, user.display_name, user.email,
                     user.status, to_text(user.fields), profile_of(user));
            keys.add(user.external_id);
        }
        users_.add(sql_.query<user_id>(
            "insert into directory_user (external_id, username, given_name, family_name, display_name, email, status, "
            "fields, profile, source, changed) select r.external_id, r.username, r.given_name, r.family_name, "
            "r.display_name, r.email, r.status, r.fields, r.profile, :source, :now from " +
                table({{"external_id", column::text},
                       {"username", column::text},
                       {"given_name", column::text},
                       {"family_name", column::text},
                       {"display_name", column::text},
                       {"email", column::text},
                       {"status", column::integer},
                       {"fields", column::text},
                       {"profile", column::text}}) +
                R"( where true
                    on conflict (external_id) do update
                       set username = excluded.username, given_name = excluded.given_name,
                           family_name = excluded.family_name, display_name = excluded.display_name,
                           email = excluded.email, status = excluded.status, fields = excluded.fields,
                           profile = excluded.profile, merged_said = null, source = excluded.source,
                           changed = excluded.changed
                    returning id)",
            {{"source", source_}, {"now", now_}, {"rows", rows.json()}}));
        claim(user_kind, user_keys(), keys.json());
        set_pictures(chunk);
    });
    // Somebody may come before the person that they are merged into.
    in_chunks(users, [&](auto chunk) { set_merged(chunk); });
}

void application::set_pictures(std::span<const user_record> users) {
    json_rows rows;
    for (const auto& user : users)
        if (user.picture) rows.add(user.external_id, *user.picture);
    if (rows.empty()) return;
    sql_.execute("update directory_user set picture = r.picture from " +
                     table({{"external_id", column::text}, {"picture", column::text}}) +
                     " where directory_user.external_id = r.external_id and directory_user.picture <> r.picture",
                 {{"rows", rows.json()}});
}

void application::settle_merged() { users_.add(settle_mergers(sql_)); }

void application::set_merged(std::span<const user_record> users) {
    json_rows rows;
    for (const auto& user : users)
        if (!user.merged_into.empty()) rows.add(user.external_id, user.merged_into);
    if (rows.empty()) return;
    const auto set = sql_.execute("update directory_user set merged_said = n.id from " +
                                      table({{"external_id", column::text}, {"merged_into", column::text}}) +
                                      R"( join directory_user n on n.external_id = r.merged_into
                where directory_user.external_id = r.external_id and n.id <> directory_user.id)",
                                  {{"rows", rows.json()}});
    if (static_cast<std::size_t>(set) != rows.size())
        throw message::error(DIRECTORY_REFERENCE, {{"what", message::phrase("reference_merged")}});
}

}  // namespace commhost::directory
