#include "task/migrations.hpp"

#include <array>

namespace commhost::task {

namespace {

// The columns state, lane: the values of the enums, but that "waiting" is stored as queued (0). line: new_task::order,
// NULL for none. due stays as it was while a task runs; again_due is set when its key was enqueued in that time.
//
// task_ready carries lease() and next_due(), lane by lane; task_line the order of a room; both leave out what failed.
constexpr std::string_view queue_tables = R"(
    create table task (
        id $identity,
        kind text not null,
        queue text not null,
        key text not null unique,
        line text,
        lane bigint not null,
        payload text not null,
        state bigint not null,
        created bigint not null,
        due bigint not null,
        again_due bigint,
        attempts bigint not null default 0,
        tries bigint not null default 0,
        crashes bigint not null default 0,
        lease bigint not null default 0,
        owner text,
        started bigint,
        error_code text,
        error_text text,
        error_time bigint
    );
    create index task_ready on task (queue, lane, due, id) where state = 0;
    create index task_suspect on task (queue, due, id) where state = 0 and crashes > 0;
    create index task_line on task (line, due, id) where line is not null and state < 2;
    create index task_held on task (owner) where state = 1;
    create table task_owner (name text primary key, until bigint not null);
    create table task_pause (queue text primary key, until bigint, reason text not null, since bigint not null)
)";

constexpr std::string_view schedule_table = R"(
    create table task_schedule (
        name text primary key,
        period bigint not null,
        jitter bigint not null,
        next_due bigint not null,
        last_due bigint
    )
)";

// One row while the newest that is known of a queue's other side is an outage: how many in a row, not counting those of the same
// task that follow each other, and, once the circuit was opened (openings above 0), until when nothing is let through and which
// task was let through to see. since: of the first outage; newest: the task of the newest.
constexpr std::string_view circuit_table = R"(
    create table task_circuit (
        queue text primary key,
        outages bigint not null,
        openings bigint not null default 0,
        since bigint not null,
        until bigint not null default 0,
        newest bigint not null,
        probe bigint,
        reason text not null
    );
    alter table task add column outage bigint not null default 0
)";

// How many tasks a queue had left (progress.hpp), at most once in a slot of ten seconds.
constexpr std::string_view sample_table = R"(
    create table task_sample (
        queue text not null,
        slot bigint not null,
        at bigint not null,
        number bigint not null,
        primary key (queue, slot)
    )
)";

// Who carries tasks out (presence.hpp).
constexpr std::string_view presence_table = R"(
    create table task_presence (
        name text primary key,
        since bigint not null,
        seen bigint not null,
        ended bigint not null
    )
)";

// What went wrong with a few (errors.hpp).
constexpr std::string_view told_index = "create index task_told on task (id) where error_text is not null";

constexpr std::array<store::migration, 6> steps{{
    {"task", 1, queue_tables},
    {"task", 2, schedule_table},
    {"task", 3, circuit_table},
    {"task", 4, sample_table},
    {"task", 5, presence_table},
    {"task", 6, told_index},
}};

}  // namespace

std::span<const store::migration> migrations() { return steps; }

}  // namespace commhost::task
