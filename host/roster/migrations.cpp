#include "roster/migrations.hpp"

#include <array>

namespace commhost::roster {

namespace {

// Changes are the text of a change_set (change_set_json.hpp). roster_held.was: what the changes would make undone, by which
// approve sees whether all stands as it did. roster_held.decision: empty as long as nobody has decided; who did, when and why
// stays, the changes do not.
constexpr std::array steps{
    store::migration{"roster", 1, R"(
    create table roster_held (
        id $identity,
        source text not null,
        at bigint not null,
        removals bigint not null,
        rooms bigint not null,
        because text not null,
        until bigint,
        changes text not null,
        was text not null,
        decision text not null default '',
        decided_by text not null default '',
        decided_at bigint,
        reason text not null default ''
    );
    create index roster_held_source on roster_held (source);

    create table roster_undo (
        source text primary key,
        at bigint not null,
        changes text not null
    )
)"},
    // roster_held.decision has two words more: "replaced" by a newer import, and "undone" with the import that held it. Of
    // both the changes stay as long as an undo may have them wait again: roster_undo.held_before is what waited before the apply.
    store::migration{"roster", 2, R"(
    alter table roster_undo add column cause text not null default '';
    alter table roster_undo add column held_before bigint;
    create table roster_read (
        source text primary key,
        digest text not null,
        at bigint not null
    )
)"},
    // Of a complete read the digest of the one before it, '' for none; null for what was no complete read.
    store::migration{"roster", 3, "alter table roster_undo add column read_before text"},
};

}  // namespace

std::span<const store::migration> migrations() { return steps; }

}  // namespace commhost::roster
