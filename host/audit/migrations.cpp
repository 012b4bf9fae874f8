#include "audit/migrations.hpp"

#include <array>

namespace commhost::audit {

namespace {

// kind: the words of subject_kind. instance_id, room_id, user_id: numbers of the directory and of communication, which may be
// gone from there. stated_before, stated_after: the texts of JSON documents, NULL for none.
constexpr std::string_view audit_table = R"(
    create table audit (
        id $identity,
        at bigint not null,
        actor text not null,
        cause text not null,
        reason text not null,
        kind text not null,
        instance_id bigint,
        room_id bigint,
        user_id bigint,
        name text not null,
        action text not null,
        stated_before text,
        stated_after text
    );
    create index audit_at on audit (at);
    create index audit_instance on audit (instance_id, id) where instance_id is not null;
    create index audit_room on audit (room_id, id) where room_id is not null;
    create index audit_user on audit (user_id, id) where user_id is not null
)";

// Of each kind of rows that name somebody by a text (naming.hpp) those alone: a few of millions. The beginnings of texts, because
// PostgreSQL takes no more into an index than a third of a page.
constexpr std::string_view naming_indexes = R"(
    create index audit_rules on audit (id) where action = 'room_rules_changed';
    create index audit_mergers on audit (id) where kind = 'user'
        and (replace(stated_before, '"merged_into":"', '') <> stated_before
             or replace(stated_after, '"merged_into":"', '') <> stated_after);
    create index audit_unknown on audit (name, substr(stated_before, 1, 100)) where user_id is null
        and kind = 'membership' and stated_before is not null;
    create index audit_left on audit (id) where action = 'account_left_on_server' and stated_before is not null;
    create index audit_left_account on audit (name, substr(stated_before, 1, 100))
        where action = 'account_left_on_server' and stated_before is not null
)";

constexpr std::array<store::migration, 2> steps{{
    {"audit", 1, audit_table},
    {"audit", 2, naming_indexes},
}};

}  // namespace

std::span<const store::migration> migrations() { return steps; }

}  // namespace commhost::audit
