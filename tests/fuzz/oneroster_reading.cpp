#include "oneroster_reading.hpp"

#include "expectation.hpp"
#include "roster/csv.hpp"
#include "roster/oneroster.hpp"
#include "roster_reading.hpp"
#include "text/ascii.hpp"

#include <set>
#include <string>

namespace commhost::fuzz {

namespace {

using ids = std::set<std::string, std::less<>>;

/// Every id that a row of the file names and that could be stored.
ids named_in(const roster::package& from, std::string_view file) {
    ids found;
    const auto name = from.find(file);
    if (!name) return found;
    const auto take = [&](const roster::csv_row& row) {
        const auto id = row.cells[0];
        if (!id.empty() && id.size() <= 255 && !text::has_control_character(id)) found.emplace(id);
    };
    roster::csv_table{{"sourcedId", true}}.read(
        from.read(*name), *name, take, [&](const roster::csv_row& row, std::size_t, std::size_t) { take(row); });
    return found;
}

void expect_none_lost(const roster::package& from, std::string_view file, const ids& known) {
    for (const auto& id : named_in(from, file)) expect(known.contains(id), "nobody whom a row names counts as gone");
}

}  // namespace

void check_reading(const roster::package& from) {
    roster::roster first;
    roster::roster second;
    const auto read = [&](roster::roster& into) {
        return refusal_of([&] { into = roster::read_oneroster(from); }, {"place", "file", "package"});
    };
    const auto refused = read(first);
    expect(refused == read(second) && same(first, second), "a package is read twice alike");
    if (!refused.empty()) return;
    expect_sound(first);

    if (first.users_scope == roster::scope::full) {
        ids known(first.unreadable_users.begin(), first.unreadable_users.end());
        for (const auto& each : first.users) known.insert(each.record.external_id);
        expect_none_lost(from, "users.csv", known);
    }
    if (first.instances_scope == roster::scope::full) {
        ids known;
        for (const auto& each : first.unreadable_instances) known.insert(each.external_id);
        for (const auto& each : first.instances) known.insert(each.record.key.external_id);
        expect_none_lost(from, "classes.csv", known);
    }
    if (first.memberships_scope == roster::scope::full) {
        ids known(first.unreadable_memberships.begin(), first.unreadable_memberships.end());
        for (const auto& each : first.memberships) known.insert(each.record.key.reference);
        expect_none_lost(from, "enrollments.csv", known);
    }
}

}  // namespace commhost::fuzz
