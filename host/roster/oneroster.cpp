#include "roster/oneroster.hpp"

#include "directory/erasure.hpp"
#include "message/error.hpp"
#include "roster/codes.hpp"
#include "roster/csv.hpp"
#include "roster/first_lines.hpp"
#include "roster/oneroster_manifest.hpp"
#include "roster/oneroster_row.hpp"
#include "text/ascii.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace commhost::roster {

namespace {

directory::instance_key class_key(std::string_view sourced_id) {
    return {"oneroster", "class", std::string(sourced_id)};
}

/// Reads one package into one roster.
class reader {
  public:
    reader(const package& from, const reading& how) : from_(from), how_(how), manifest_(read_manifest(from)) {}

    roster read() {
        result_.users_scope = scope_of("users");
        result_.instances_scope = scope_of("classes");
        result_.memberships_scope = scope_of("enrollments");
        const auto schools = read_names("orgs", "name");
        const auto courses = read_names("courses", "title");
        const auto terms = read_names("academicsessions", "title");
        read_users();
        read_classes(schools, courses, terms);
        read_enrolments();
        return std::move(result_);
    }

  private:
    /// What an optional file calls its rows, by sourcedId; absent when the package does not have the whole file.
    using names = std::optional<std::unordered_map<std::string, std::string>>;

    scope scope_of(const std::string& name) const {
        return manifest_.of(name).as == mode::bulk ? scope::full : scope::partial;
    }

    /// The package's name of a file that the manifest declares; nothing when it declares none.
    std::optional<std::string> declared(const std::string& name, bool needed) {
        const auto declaration = manifest_.of(name);
        auto found = from_.find(name + ".csv");
        if (declaration.as == mode::absent) {
            if (found && needed)
                result_.problems.add({ROSTER_NOT_DECLARED, {*found, 0, {}}, {{"manifest", manifest_.file}}, false});
            return std::nullopt;
        }
        if (found) return found;
        const place where{manifest_.file, declaration.line, {}};
        if (needed) throw message::error(ROSTER_FILE_MISSING, {{"place", where.text()}, {"file", name + ".csv"}});
        result_.problems.add({ROSTER_OPTIONAL_MISSING, where, {{"file", name + ".csv"}}, false});
        return std::nullopt;
    }

    std::uint32_t number_of(const std::string& file) {
        result_.files.push_back(file);
        return static_cast<std::uint32_t>(result_.files.size() - 1);
    }

    void misfit(const csv_row& row, const std::string& file, std::size_t found, std::size_t wanted) {
        result_.problems.add({ROSTER_CELLS,
                              {file, row.line, {}},
                              {{"found", std::to_string(found)}, {"wanted", std::to_string(wanted)}},
                              true});
    }

    names read_names(const std::string& name, std::string_view column) {
        const auto file = declared(name, false);
        if (!file) return std::nullopt;
        std::unordered_map<std::string, std::string> found;
        csv_table{{"sourcedId"}, {"status"}, {column}}.read(
            from_.read(*file), *file,
            [&](const csv_row& row) {
                if (text::lower(row.cells[1]) == "tobedeleted" || row.cells[2].size() > longest_text) return;
                found.emplace(row.cells[0], text::tidy(row.cells[2]));
            },
            // Nothing of it is needed: what a row lacks is not worth a report.
            [](const csv_row&, std::size_t, std::size_t) {});
        return found;
    }

    /// The first row of this id, if this is another.
    static std::optional<first_lines::first> first_of(first_lines& seen, oneroster_row& row, const std::string& id,
                                                      std::string_view whom) {
        const auto first = seen.add(id, row.line(), whom);
        if (first) row.fault(ROSTER_TWICE, {{"id", id}, {"first", at_line(row.file(), first->line)}});
        return first;
    }

    /// There is a row of which nobody knows whom it means, be it that it has no id or somebody else's: that a stored one is
    /// not named proves nothing any more.
    void doubt(scope& of_file, const std::string& file) {
        if (of_file == scope::full) result_.problems.add({ROSTER_NOBODY_GONE, {file, 0, {}}, {}, false});
        of_file = scope::partial;
    }

    /// The same of an enrolment, which may tell whose it is.
    void doubt_enrolment(std::string_view class_id, std::string_view user_id, const std::string& file) {
        if (class_id.empty() || user_id.empty()) return doubt(result_.memberships_scope, file);
        result_.unreadable_members.push_back({class_key(class_id), std::string(user_id)});
    }

    void read_users();
    void read_classes(const names& schools, const names& courses, const names& terms);
    void read_enrolments();
    core_communication::room_role role_of(const oneroster_row& row, const std::string& word) const;

    const package& from_;
    const reading& how_;
    roster result_;
    manifest manifest_;
};

std::string joined(const std::string& one, const std::string& other) {
    return one.empty() || other.empty() ? one + other : one + " " + other;
}

void reader::read_users() {
    const auto file = declared("users", true);
    if (!file) return;
    const auto number = number_of(*file);
    const bool delta = manifest_.of("users").as == mode::delta;
    enum : std::size_t { id, status, enabled, username, given, family, email, preferred_given, preferred_family };
    first_lines seen;
    first_lines usernames;

    const auto on_row = [&](const csv_row& cells) {
        oneroster_row row(result_.problems, cells, *file, how_.ignore_dates);
        directory::user_record user;
        user.external_id = row.id(id, "sourcedId");
        if (!row.good()) return doubt(result_.users_scope, *file);
        if (const auto first = first_of(seen, row, user.external_id, cells.cells[username])) {
            if (!first->same) doubt(result_.users_scope, *file);
            return;
        }
        const auto state = row.status(status);
        if (row.good() && state == row_status::removed) {
            result_.users.push_back({std::move(user), {number, static_cast<std::uint32_t>(cells.line)}, true});
            return;
        }
        if (directory::is_erased_name(user.external_id)) row.fault(ROSTER_ERASED_ID, {{"user", user.external_id}});
        user.username = row.id(username, "username");
        user.given_name = row.text(given, "givenName");
        user.family_name = row.text(family, "familyName");
        const auto called = row.text(preferred_given, "preferredGivenName");
        const auto named = row.text(preferred_family, "preferredFamilyName");
        user.display_name = joined(called.empty() ? user.given_name : called, named.empty() ? user.family_name : named);
        user.email = row.text(email, "email");
        user.fields = row.fields(preferred_given);
        const auto may_sign_in = text::lower(cells.cells[enabled]);
        if (may_sign_in != "true" && may_sign_in != "false" && may_sign_in != "1" && may_sign_in != "0")
            row.fault(
                ROSTER_VALUE,
                {{"column", "enabledUser"}, {"found", oneroster_row::shown(may_sign_in)}, {"wanted", "true, false"}});
        if (row.good()) {
            if (const auto first = usernames.add(user.username, cells.line))
                row.fault(ROSTER_USERNAME_TWICE, {{"username", user.username}, {"first", at_line(*file, first->line)}});
        }
        if (!row.good()) {
            result_.unreadable_users.push_back(std::move(user.external_id));
            return;
        }
        const bool enabled_user = may_sign_in == "true" || may_sign_in == "1";
        user.status = enabled_user && state == row_status::active ? directory::user_status::active
                                                                  : directory::user_status::suspended;
        result_.users.push_back({std::move(user), {number, static_cast<std::uint32_t>(cells.line)}, false});
    };
    csv_table{
        {"sourcedId", true},  {"status", delta},   {"enabledUser", true}, {"username", true},  {"givenName", true},
        {"familyName", true}, {"email"},           {further_fields[0]},   {further_fields[1]}, {further_fields[2]},
        {further_fields[3]},  {further_fields[4]}, {further_fields[5]},   {further_fields[6]}, {further_fields[7]},
        {further_fields[8]},  {further_fields[9]}, {further_fields[10]}}
        .read(from_.read(*file), *file, on_row, [&](const csv_row& row, std::size_t found, std::size_t wanted) {
            misfit(row, *file, found, wanted);
            if (row.cells[id].empty()) return doubt(result_.users_scope, *file);
            result_.unreadable_users.emplace_back(row.cells[id]);
        });
}

void reader::read_classes(const names& schools, const names& courses, const names& terms) {
    const auto file = declared("classes", true);
    if (!file) return;
    const auto number = number_of(*file);
    const bool delta = manifest_.of("classes").as == mode::delta;
    enum : std::size_t { id, status, title, course, code, school, term };
    first_lines seen;

    const auto on_row = [&](const csv_row& cells) {
        oneroster_row row(result_.problems, cells, *file, how_.ignore_dates);
        const auto sourced_id = row.id(id, "sourcedId");
        if (!row.good()) return doubt(result_.instances_scope, *file);
        if (const auto first = first_of(seen, row, sourced_id, cells.cells[title])) {
            if (!first->same) doubt(result_.instances_scope, *file);
            return;
        }
        directory::instance_record instance;
        instance.key = class_key(sourced_id);
        const auto state = row.status(status);
        if (row.good() && state == row_status::removed) {
            result_.instances.push_back({std::move(instance), {number, static_cast<std::uint32_t>(cells.line)}, true});
            return;
        }
        instance.name = row.text(title, "title");
        if (instance.name.empty()) row.fault(ROSTER_VALUE_MISSING, {{"column", "title"}});
        auto add_to_topic = [&](const std::string& part) {
            if (part.empty() || part == instance.name) return;
            if (!instance.topic.empty()) instance.topic += " - ";
            instance.topic += part;
        };
        const auto name_in = [](const names& known, std::string_view wanted) {
            if (!known) return std::string();
            const auto found = known->find(std::string(wanted));
            return found == known->end() ? std::string() : found->second;
        };
        add_to_topic(name_in(courses, cells.cells[course]));
        add_to_topic(row.text(code, "classCode"));
        const auto first_term = cells.cells[term].substr(0, cells.cells[term].find(','));
        add_to_topic(name_in(terms, text::tidy(first_term)));
        if (!row.good()) {
            result_.unreadable_instances.push_back(std::move(instance.key));
            return;
        }
        if (schools && manifest_.of("orgs").as == mode::bulk && !cells.cells[school].empty() &&
            !schools->contains(std::string(cells.cells[school])))
            row.note(ROSTER_REFERENCE, {{"column", "schoolSourcedId"},
                                        {"found", oneroster_row::shown(cells.cells[school])},
                                        {"file", "orgs.csv"}});
        instance.status =
            state == row_status::active ? directory::instance_status::active : directory::instance_status::hidden;
        result_.instances.push_back({std::move(instance), {number, static_cast<std::uint32_t>(cells.line)}, false});
    };
    csv_table{{"sourcedId", true}, {"status", delta},   {"title", true},   {"courseSourcedId"},
              {"classCode"},       {"schoolSourcedId"}, {"termSourcedIds"}}
        .read(from_.read(*file), *file, on_row, [&](const csv_row& row, std::size_t found, std::size_t wanted) {
            misfit(row, *file, found, wanted);
            if (row.cells[id].empty()) return doubt(result_.instances_scope, *file);
            result_.unreadable_instances.push_back(class_key(row.cells[id]));
        });
}

core_communication::room_role reader::role_of(const oneroster_row& row, const std::string& word) const {
    const auto known = how_.roles.find(word);
    if (known != how_.roles.end()) return known->second;
    row.note(ROSTER_ROLE, {{"role", oneroster_row::shown(word)}});
    return core_communication::room_role::member;
}

void reader::read_enrolments() {
    const auto file = declared("enrollments", true);
    if (!file) return;
    const auto number = number_of(*file);
    const bool delta = manifest_.of("enrollments").as == mode::delta;
    enum : std::size_t { id, status, class_id, user_id, role, begins, ends };
    first_lines seen;

    const auto on_row = [&](const csv_row& cells) {
        oneroster_row row(result_.problems, cells, *file, how_.ignore_dates);
        directory::membership_record membership;
        membership.key.reference = row.id(id, "sourcedId");
        const auto of_class = cells.cells[class_id];
        const auto of_user = cells.cells[user_id];
        if (!row.good()) return doubt_enrolment(of_class, of_user, *file);
        const auto whose = std::string(of_class) + '\n' + std::string(of_user);
        if (const auto first = first_of(seen, row, membership.key.reference, whose)) {
            result_.unreadable_memberships.push_back(std::move(membership.key.reference));
            if (!first->same) doubt_enrolment(of_class, of_user, *file);
            return;
        }
        const auto state = row.status(status);
        membership.key.instance = class_key(row.id(class_id, "classSourcedId"));
        membership.key.user = row.id(user_id, "userSourcedId");
        if (state != row_status::removed) {
            membership.role = text::lower(row.id(role, "role"));
            membership.begins = row.date(begins, "beginDate");
            membership.ends = row.date(ends, "endDate");
        }
        if (!row.good()) {
            result_.unreadable_memberships.push_back(std::move(membership.key.reference));
            return;
        }
        const bool guest = state != row_status::removed && how_.is_guest(membership.role);
        if (guest) ++result_.guests;
        if (state != row_status::removed && !guest) {
            membership.room_role = role_of(row, membership.role);
            membership.all_groups = how_.all_groups_of(membership.role);
        }
        membership.status = state == row_status::inactive ? directory::membership_status::suspended
                                                          : directory::membership_status::active;
        result_.memberships.push_back({std::move(membership),
                                       {number, static_cast<std::uint32_t>(cells.line)},
                                       guest || state == row_status::removed});
    };
    csv_table{{"sourcedId", true}, {"status", delta}, {"classSourcedId", true}, {"userSourcedId", true}, {"role", true},
              {"beginDate"},       {"endDate"}}
        .read(from_.read(*file), *file, on_row, [&](const csv_row& row, std::size_t found, std::size_t wanted) {
            misfit(row, *file, found, wanted);
            // Which of its cells is the class and which the person is not to be trusted either.
            if (row.cells[id].empty()) return doubt(result_.memberships_scope, *file);
            result_.unreadable_memberships.emplace_back(row.cells[id]);
        });
}

}  // namespace

roster read_oneroster(const package& from, const reading& how) { return reader(from, how).read(); }

}  // namespace commhost::roster
