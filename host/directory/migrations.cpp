#include "directory/migrations.hpp"

#include <array>

namespace commhost::directory {

namespace {

// A user or instance belongs to `source`, whose word its fields are; each source that names it has a row in the table
// beside it. Statuses and roles are the numbers of the enums in user.hpp, instance.hpp and membership.hpp.
constexpr std::array steps{
    store::migration{"directory", 1, R"(
    create table directory_revision (
        id bigint primary key,
        revision bigint not null
    );
    insert into directory_revision (id, revision) values (1, 0);

    create table directory_user (
        id $identity,
        external_id text not null unique,
        username text not null,
        given_name text not null,
        family_name text not null,
        display_name text not null,
        email text not null,
        status bigint not null,
        source text not null,
        changed bigint not null
    );
    create table directory_user_source (
        source text not null,
        user_id bigint not null references directory_user (id),
        primary key (source, user_id)
    );
    create index directory_user_source_user on directory_user_source (user_id);

    create table directory_instance (
        id $identity,
        component text not null,
        type text not null,
        external_id text not null,
        parent_id bigint references directory_instance (id),
        name text not null,
        topic text not null,
        status bigint not null,
        provider text not null,
        settings text not null,
        source text not null,
        changed bigint not null,
        unique (component, type, external_id)
    );
    create index directory_instance_parent on directory_instance (parent_id) where parent_id is not null;
    create table directory_instance_source (
        source text not null,
        instance_id bigint not null references directory_instance (id),
        primary key (source, instance_id)
    );
    create index directory_instance_source_instance on directory_instance_source (instance_id);

    create table directory_membership (
        id $identity,
        instance_id bigint not null references directory_instance (id),
        user_id bigint not null references directory_user (id),
        source text not null,
        reference text not null,
        role text not null,
        room_role bigint not null,
        begins bigint,
        ends bigint,
        status bigint not null,
        changed bigint not null,
        unique (instance_id, user_id, source, reference)
    );
    create index directory_membership_user on directory_membership (user_id);
    create index directory_membership_begins on directory_membership (begins) where begins is not null;
    create index directory_membership_ends on directory_membership (ends) where ends is not null
)"},
    // fields: the text of a JSON object. profile: see profile_of; empty until the person is stored again. content: Base64,
    // because both databases take it as text, and no plan has to carry it in another form.
    store::migration{"directory", 2, R"(
    alter table directory_user add column fields text not null default '{}';
    alter table directory_user add column profile text not null default '';
    alter table directory_instance add column picture text not null default '';
    create index directory_instance_picture on directory_instance (picture) where picture <> '';
    create table directory_picture (
        digest text primary key,
        media_type text not null,
        content text not null
    )
)"},
    // How often in a row a source's complete reads have not named what the row says, and since when (absence.hpp).
    store::migration{"directory", 3, R"(
    alter table directory_user_source add column absent_reads bigint not null default 0;
    alter table directory_user_source add column absent_since bigint;
    alter table directory_instance_source add column absent_reads bigint not null default 0;
    alter table directory_instance_source add column absent_since bigint;
    alter table directory_membership add column absent_reads bigint not null default 0;
    alter table directory_membership add column absent_since bigint
)"},
    // That a person was to be erased: by number, which stays in directory_user without anything of the person.
    store::migration{"directory", 4, R"(
    create table directory_erasure (
        user_id bigint primary key,
        asked bigint not null,
        done bigint
    )
)"},
    // group_rooms: whether its groups have the rooms, and it has none itself (room_membership.hpp). all_groups: 0 or 1; null: as
    // the room role has it. merged_into: the person that this one has turned out to be.
    store::migration{"directory", 5, R"(
    alter table directory_instance add column group_rooms bigint not null default 0;
    alter table directory_membership add column all_groups bigint;
    alter table directory_user add column merged_into bigint;
    create index directory_user_merged on directory_user (merged_into) where merged_into is not null
)"},
    // merged_by_hand: the person that this one has turned out to be as an admin says it (merging.hpp). Nobody looks for dates in
    // all instances.
    store::migration{"directory", 6, R"(
    alter table directory_user add column merged_by_hand bigint;
    create index directory_user_merged_by_hand on directory_user (merged_by_hand) where merged_by_hand is not null;
    drop index directory_membership_begins;
    drop index directory_membership_ends
)"},
    // merged_said: the person that this one has turned out to be as its source says it, whatever an admin says and whoever that one
    // has turned out to be; merged_into is what comes of both (merging.hpp). Of rows from before this the source's word is known as
    // far as merged_into kept it: until the source's next import they are merged into the last of several.
    store::migration{"directory", 7, R"(
    alter table directory_user add column merged_said bigint;
    update directory_user set merged_said = merged_into where merged_by_hand is null;
    create index directory_user_merged_said on directory_user (merged_said) where merged_said is not null
)"},
    // Those that are done stay, and are more every year.
    store::migration{"directory", 8, R"(
    create index directory_erasure_under_way on directory_erasure (asked, user_id) where done is null
)"},
    // Plans of before step 7, and what was kept there to undo an import, may have an admin's word as the roster's: a plan is refused as
    // the revision has moved, and where an admin has merged anybody, an undo as those that it changes have changed since.
    store::migration{"directory", 9, R"(
    update directory_revision set revision = revision + 1 where exists (select 1 from directory_user);
    update directory_user set changed = 1 + (select max(u.changed) from directory_user u)
     where exists (select 1 from directory_user m where m.merged_by_hand is not null)
)"},
    // The digest of the person's picture in directory_picture; empty: none.
    store::migration{"directory", 10, R"(
    alter table directory_user add column picture text not null default '';
    create index directory_user_picture on directory_user (picture) where picture <> ''
)"},
};

}  // namespace

std::span<const store::migration> migrations() { return steps; }

}  // namespace commhost::directory
