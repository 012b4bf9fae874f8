#include "store/check.hpp"

#include "store/codes.hpp"

#include <cstdint>
#include <string>

namespace commhost::store {

namespace {

using problems = std::vector<message::error>;

void check_tables(database& of, std::span<const migration> steps, problems& found) {
    const auto on = of.borrow();
    bool any = false;
    problems differing;
    for (const auto& room : room_versions(*on, steps)) {
        any = any || room.found > 0;
        if (room.found == room.known) continue;
        differing.emplace_back(room.found < room.known ? STORE_OLDER : STORE_NEWER,
                               message::arguments{{"room", room.room},
                                                  {"found", std::to_string(room.found)},
                                                  {"known", std::to_string(room.known)}});
    }
    if (any) {
        found.insert(found.end(), differing.begin(), differing.end());
    } else {
        found.emplace_back(STORE_EMPTY, message::arguments{{"location", of.location()}});
    }
}

void note_orphans(problems& found, const std::string& table, const std::string& parent, std::int64_t number) {
    found.emplace_back(STORE_ORPHANS,
                       message::arguments{{"table", table}, {"parent", parent}, {"number", std::to_string(number)}});
}

void check_sqlite(connection& on, problems& found) {
    for (const auto& [line] : on.query<std::string>("select integrity_check from pragma_integrity_check(100)"))
        if (line != "ok") found.emplace_back(STORE_DAMAGED, message::arguments{{"reason", line}});
    for (
        const auto& [table, parent, number] : on.query<std::string, std::string, std::int64_t>(
            R"(select "table", parent, count(*) from pragma_foreign_key_check group by "table", parent order by 1, 2)"))
        note_orphans(found, table, parent, number);
}

/// The server holds foreign keys itself, but not while its triggers are off, as in a restore.
void check_postgresql(connection& on, problems& found) {
    for (const auto& [index] : on.query<std::string>(
             R"(select cast(i.indexrelid as regclass) || '' from pg_index i join pg_class c on c.oid = i.indexrelid
                where not i.indisvalid and c.relnamespace = cast(current_schema() as regnamespace) order by 1)"))
        found.emplace_back(STORE_INDEX, message::arguments{{"index", index}});
    // One question for each key, made of what the catalogue says of it: which row has all columns and no parent.
    for (const auto& [table, parent, orphans] : on.query<std::string, std::string, std::string>(
             R"(select cast(k.conrelid as regclass) || '', cast(k.confrelid as regclass) || '',
                    'select count(*) from ' || cast(k.conrelid as regclass) || ' c where '
                    || string_agg(format('c.%I is not null', child.attname), ' and ')
                    || ' and not exists (select 1 from ' || cast(k.confrelid as regclass) || ' p where '
                    || string_agg(format('p.%I = c.%I', other.attname, child.attname), ' and ') || ')'
                from pg_constraint k
                    cross join lateral unnest(k.conkey, k.confkey) as pair (child, other)
                    join pg_attribute child on child.attrelid = k.conrelid and child.attnum = pair.child
                    join pg_attribute other on other.attrelid = k.confrelid and other.attnum = pair.other
                where k.contype = 'f' and k.connamespace = cast(current_schema() as regnamespace)
                group by k.oid, k.conrelid, k.confrelid order by 1, 2)")) {
        if (const auto number = on.scalar<std::int64_t>(orphans).value_or(0); number > 0)
            note_orphans(found, table, parent, number);
    }
}

}  // namespace

std::vector<message::error> check(database& of, std::span<const migration> steps) {
    problems found;
    try {
        check_tables(of, steps, found);
        const auto on = of.borrow();
        if (of.dialect() == dialect::sqlite) {
            check_sqlite(*on, found);
        } else {
            check_postgresql(*on, found);
        }
    } catch (const message::error& failed) {
        // Damage that does not even let itself be looked at is what was looked for.
        if (failed.code() != STORE_DAMAGED) throw;
        found.push_back(failed);
    }
    return found;
}

}  // namespace commhost::store
