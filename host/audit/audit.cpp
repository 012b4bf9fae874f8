#include "audit/audit.hpp"

#include "audit/rows.hpp"
#include "store/json_rows.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace commhost::audit {

namespace {

using store::column;

// As directory::apply has it: few statements for a whole school, and the JSON of one stays within a megabyte or two.
constexpr std::size_t rows_a_statement = 4000;

constexpr std::array kinds{
    std::pair(subject_kind::instance, std::string_view("instance")),
    std::pair(subject_kind::user, std::string_view("user")),
    std::pair(subject_kind::membership, std::string_view("membership")),
    std::pair(subject_kind::room, std::string_view("room")),
    std::pair(subject_kind::setting, std::string_view("setting")),
    std::pair(subject_kind::plugin, std::string_view("plugin")),
    std::pair(subject_kind::task, std::string_view("task")),
    std::pair(subject_kind::roster, std::string_view("roster")),
};

subject_kind kind_of(std::string_view word) {
    for (const auto& [kind, text] : kinds) {
        if (text == word) return kind;
    }
    return subject_kind::instance;  // a word of a later program: the numbers beside it say what it is about
}

}  // namespace

std::string_view to_string(subject_kind kind) {
    for (const auto& [each, text] : kinds) {
        if (each == kind) return text;
    }
    return "?";
}

void record(store::connection& within, std::span<const entry> entries, store::milliseconds_utc now) {
    while (!entries.empty()) {
        const auto chunk = entries.first(std::min(entries.size(), rows_a_statement));
        entries = entries.subspan(chunk.size());
        store::json_rows rows;
        for (const auto& [by, about, action, before, after] : chunk)
            rows.add(by.actor, by.cause, by.reason, to_string(about.kind), about.instance, about.room, about.user,
                     about.name, action, before, after);
        within.execute(
            "insert into audit (at, actor, cause, reason, kind, instance_id, room_id, user_id, name, action, "
            "stated_before, stated_after) select cast(:now as bigint), r.actor, r.cause, r.reason, r.kind, "
            "r.instance_id, r.room_id, r.user_id, r.name, r.action, r.stated_before, r.stated_after from " +
                store::json_rows::table(within.dialect(), ":rows",
                                        {{"actor", column::text},
                                         {"cause", column::text},
                                         {"reason", column::text},
                                         {"kind", column::text},
                                         {"instance_id", column::integer},
                                         {"room_id", column::integer},
                                         {"user_id", column::integer},
                                         {"name", column::text},
                                         {"action", column::text},
                                         {"stated_before", column::text},
                                         {"stated_after", column::text}}) +
                " r order by r.ordinal",
            {{"now", now}, {"rows", rows.json()}});
    }
}

void record(store::connection& within, const entry& single, store::milliseconds_utc now) {
    record(within, std::span(&single, 1), now);
}

std::vector<recorded> select_rows(store::connection& on, std::string_view rest,
                                  std::initializer_list<store::parameter> with) {
    using text = std::optional<std::string>;
    std::vector<recorded> found;
    for (auto& [id, at, actor, cause, reason, kind, instance, room, user, name, action, before, after] :
         on.query<std::int64_t, store::milliseconds_utc, std::string, std::string, std::string, std::string,
                  std::optional<std::int64_t>, std::optional<communication_id>, std::optional<user_id>, std::string,
                  std::string, text, text>(
             "select id, at, actor, cause, reason, kind, instance_id, room_id, user_id, name, action, stated_before, "
             "stated_after from audit " +
                 std::string(rest),
             with))
        found.push_back({id,
                         at,
                         {{std::move(actor), std::move(cause), std::move(reason)},
                          {kind_of(kind), instance, room, user, std::move(name)},
                          std::move(action),
                          std::move(before),
                          std::move(after)}});
    return found;
}

std::vector<recorded> list(store::connection& on, const filter& which, std::int64_t most) {
    // Only the conditions that are asked for, so that the index of that column is used.
    std::string where = "cast(:room as bigint) is null and cast(:instance as bigint) is null";
    if (which.room && which.instance) {
        where = "(room_id = :room or instance_id = :instance)";
    } else if (which.room) {
        where = "room_id = :room and cast(:instance as bigint) is null";
    } else if (which.instance) {
        where = "instance_id = :instance and cast(:room as bigint) is null";
    }
    where += which.user ? " and user_id = :user" : " and cast(:user as bigint) is null";
    where += which.since ? " and at >= :since" : " and cast(:since as bigint) is null";
    where += which.until ? " and at < :until" : " and cast(:until as bigint) is null";
    where += which.action ? " and action = :action" : " and cast(:action as text) is null";
    where += which.before ? " and id < :before" : " and cast(:before as bigint) is null";
    return select_rows(on, "where " + where + " order by id desc limit :most",
                       {{"room", which.room},
                        {"instance", which.instance},
                        {"user", which.user},
                        {"since", which.since},
                        {"until", which.until},
                        {"action", which.action},
                        {"before", which.before},
                        {"most", most}});
}

std::int64_t remove_before(store::connection& within, store::milliseconds_utc before) {
    return within.execute("delete from audit where at < :before", {{"before", before}});
}

std::int64_t anonymise(store::connection& within, std::span<const user_id> people, std::string_view keep) {
    store::json_rows rows;
    for (const auto person : people) rows.add(person);
    return within.execute("update audit set stated_before = null, stated_after = null, reason = '' "
                          "where user_id in (select r.user_id from " +
                              store::json_rows::table(within.dialect(), ":rows", {{"user_id", column::integer}}) +
                              " r) and action <> :keep",
                          {{"rows", rows.json()}, {"keep", keep}});
}

void blank_before(store::connection& within, std::int64_t row) {
    within.execute("update audit set stated_before = null where id = :id", {{"id", row}});
}

}  // namespace commhost::audit
