#include "roster/undo.hpp"

#include "directory/moved.hpp"
#include "message/error.hpp"
#include "roster/change_set_json.hpp"
#include "roster/codes.hpp"

#include <functional>
#include <optional>
#include <set>

namespace commhost::roster {

namespace {

/// Of people, or of instances. What an inverse puts back is the source's own now, or it was removed. find: what is stored of a
/// record.
template <class Record, class Key, class Find>
change_counts counts_of_kind(const directory::changes_of<Record, Key>& back, std::size_t claims, Find&& find) {
    change_counts counts{back.deleted.size(), 0, claims};
    for (const auto& record : back.updated) {
        const auto* row = find(record);
        ++(row != nullptr && row->claim == directory::claim::own ? counts.changed : counts.removed);
    }
    return counts;
}

}  // namespace

undone_counts counts_of(const undo& of, const directory::stored& stored) {
    const auto& back = of.changes;
    return {counts_of_kind(back.users, back.claimed_users.size(),
                           [&](const auto& record) { return directory::find_user(stored, record.external_id); }),
            counts_of_kind(back.instances, back.claimed_instances.size(),
                           [&](const auto& record) { return directory::find_instance(stored, record.key); }),
            {back.memberships.deleted.size(), back.memberships.updated.size(), back.memberships.inserted.size()}};
}

std::size_t add_pictures(store::connection& on, directory::change_set& inverse, std::size_t most_bytes) {
    std::set<std::string, std::less<>> added;
    std::size_t left_out = 0;
    std::size_t bytes = 0;
    const auto add_those_of = [&](auto& records) {
        for (auto& record : records) {
            if (!record.picture || record.picture->empty() || added.contains(*record.picture)) continue;
            if (bytes < most_bytes) {
                auto picture = directory::find_picture(on, *record.picture);
                if (!picture) continue;
                bytes += picture->content.bytes.size();
                added.insert(*record.picture);
                inverse.pictures.push_back(*std::move(picture));
            } else {
                record.picture.reset();
                ++left_out;
            }
        }
    };
    add_those_of(inverse.instances.updated);
    add_those_of(inverse.users.updated);
    return left_out;
}

void keep_undo(store::connection& on, const undo& back) {
    on.execute("insert into roster_undo (source, at, cause, held_before, read_before, changes) "
               "values (:source, :at, :cause, :held_before, :read_before, :changes) "
               "on conflict (source) do update set at = excluded.at, cause = excluded.cause, "
               "held_before = excluded.held_before, read_before = excluded.read_before, changes = excluded.changes",
               {{"source", back.changes.source},
                {"at", back.at},
                {"cause", back.cause},
                {"held_before", back.before.held},
                {"read_before", back.before.read},
                {"changes", to_text(back.changes)}});
}

undo find_undo(store::connection& on, std::string_view source) {
    const auto row =
        on.first<store::milliseconds_utc, std::string, std::optional<held_id>, std::optional<std::string>, std::string>(
            "select at, cause, held_before, read_before, changes from roster_undo where source = :source",
            {{"source", source}});
    if (!row) throw message::error(ROSTER_UNDO_NOTHING, {{"source", std::string(source)}});
    const auto& [at, cause, held_before, read_before, changes] = *row;
    return {at, cause, {held_before, read_before}, change_set_of(changes, "roster_undo")};
}

std::vector<std::string> moved_since(store::connection& on, const undo& of) {
    return directory::moved_since(on, of.changes, of.at);
}

}  // namespace commhost::roster
