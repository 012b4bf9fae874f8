#include "directory/application.hpp"

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
                           profile = excluded.profile, source = excluded.source, changed = excluded.changed
                    returning id)",
            {{"source", source_}, {"now", now_}, {"rows", rows.json()}}));
        claim(user_kind, user_keys(), keys.json());
    });
}

}  // namespace commhost::directory
