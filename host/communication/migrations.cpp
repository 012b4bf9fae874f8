#include "communication/migrations.hpp"

#include <array>

namespace commhost::communication {

namespace {

constexpr std::array steps{
    store::migration{"communication", 1, R"(
        create table communication (
            id $identity,
            instance_id bigint not null,
            provider text not null,
            active bigint not null,
            created bigint not null default 0,
            wanted_generation bigint not null default 1,
            applied_generation bigint not null default 0,
            status text not null default 'pending',
            url text,
            last_error text,
            changed_at bigint not null,
            reconciled_at bigint,
            unique (instance_id, provider)
        );
        create unique index communication_active on communication (instance_id) where active = 1;
        create index communication_provider on communication (provider, active);

        create table communication_user (
            communication_id bigint not null references communication (id) on delete cascade,
            user_id bigint not null,
            synced bigint not null default 0,
            deleted bigint not null default 0,
            role bigint not null default 0,
            attempts bigint not null default 0,
            error_kind text,
            error text,
            error_at bigint,
            primary key (communication_id, user_id)
        );
        create index communication_user_user on communication_user (user_id);

        create table communication_account (
            provider text not null,
            user_id bigint not null,
            account text not null,
            primary key (provider, user_id),
            unique (provider, account)
        );

        create table communication_site (
            only_row bigint primary key,
            id text not null
        )
    )"},
    // origin and presence are the numbers of the SDK's enums; profile is what directory::profiles said.
    store::migration{"communication", 2, R"(
        alter table communication_account add column origin bigint not null default 0;
        alter table communication_account add column profile text not null default '';
        alter table communication_user add column presence bigint
    )"},
    // held: since when, by whom and why an admin has frozen the room. communication_rule: what is null is as the configuration
    // has it; exempt is a JSON array.
    store::migration{"communication", 3, R"(
        alter table communication add column held_at bigint;
        alter table communication add column held_by text;
        alter table communication add column held_reason text;
        create table communication_rule (
            instance_id bigint primary key,
            unlisted text,
            leavers text,
            ended text,
            exempt text not null default '[]'
        )
    )"},
    // Since when a room is to be an archive, and whether its provider has closed it.
    store::migration{"communication", 4, R"(
        alter table communication add column archived_at bigint;
        alter table communication add column closed bigint not null default 0
    )"},
    // What a person had before another account was told: it may still be there on the server, and is erased with the person.
    store::migration{"communication", 5, R"(
        create table communication_former_account (
            provider text not null,
            user_id bigint not null,
            account text not null,
            origin bigint not null,
            primary key (provider, user_id, account)
        );
        create index communication_former_user on communication_former_account (user_id)
    )"},
    // The room on the server that it is to be, in the place of a new one, and whether it is that.
    store::migration{"communication", 6, R"(
        alter table communication add column adopt_address text;
        alter table communication add column adopted bigint not null default 0
    )"},
    // A room may have become dormant long before its instance was deleted.
    store::migration{"communication", 7, "alter table communication add column ended_at bigint"},
    // What one person has, and the few rows with an error: for an export and an erasure.
    store::migration{"communication", 8, R"(
        create index communication_account_user on communication_account (user_id);
        create index communication_told on communication (id) where last_error is not null;
        create index communication_user_told on communication_user (communication_id, user_id) where error is not null
    )"},
    // Whether a provider may have been asked to make the room. Of those of before nobody knows.
    store::migration{"communication", 9, "alter table communication add column begun bigint not null default 1"},
    // What was done to it because its person has left (leavers.hpp), and what may have been.
    store::migration{"communication", 10, R"(
        alter table communication_account add column standing text not null default '';
        alter table communication_account add column standing_begun text not null default ''
    )"},
    // What the provider keeps of the picture that the account shows (person_pictures).
    store::migration{"communication", 11,
                     "alter table communication_account add column picture_note text not null default ''"},
};

}  // namespace

std::span<const store::migration> migrations() { return steps; }

}  // namespace commhost::communication
