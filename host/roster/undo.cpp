#include "roster/undo.hpp"

#include "directory/moved.hpp"
#include "message/error.hpp"
#include "roster/change_set_json.hpp"
#include "roster/codes.hpp"

#include <optional>
#include <set>

namespace commhost::roster {

void add_pictures(store::connection& on, directory::change_set& inverse) {
    std::set<std::string> wanted;
    for (const auto& record : inverse.instances.updated)
        if (record.picture && !record.picture->empty()) wanted.insert(*record.picture);
    for (const auto& digest : wanted)
        if (auto picture = directory::find_picture(on, digest)) inverse.pictures.push_back(*std::move(picture));
}

void keep_undo(store::connection& on, const directory::change_set& inverse, store::milliseconds_utc at) {
    on.execute("insert into roster_undo (source, at, changes) values (:source, :at, :changes) "
               "on conflict (source) do update set at = excluded.at, changes = excluded.changes",
               {{"source", inverse.source}, {"at", at}, {"changes", to_text(inverse)}});
}

undo find_undo(store::connection& on, std::string_view source) {
    const auto row = on.first<store::milliseconds_utc, std::string>(
        "select at, changes from roster_undo where source = :source", {{"source", source}});
    if (!row) throw message::error(ROSTER_UNDO_NOTHING, {{"source", std::string(source)}});
    return {std::get<0>(*row), change_set_of(std::get<1>(*row), "roster_undo")};
}

std::vector<std::string> moved_since(store::connection& on, const undo& of) {
    return directory::moved_since(on, of.changes, of.at);
}

}  // namespace commhost::roster
