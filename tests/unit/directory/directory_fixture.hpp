#pragma once

#include "directory/change_set.hpp"
#include "directory/migrations.hpp"
#include "test_database.hpp"

#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace commhost::test {

/// Short names for what the tests of this room say again and again.
inline directory::user_record person(const std::string& external_id, std::string name = "") {
    if (name.empty()) name = "Name of " + external_id;
    return {external_id,
            external_id + ".login",
            "Given",
            "Family",
            std::move(name),
            external_id + "@school.example",
            directory::user_status::active,
            {},
            {},
            ""};
}

inline directory::instance_key course(const std::string& external_id) { return {"oneroster", "class", external_id}; }

inline directory::instance_record course_named(const std::string& external_id, const std::string& name) {
    return {course(external_id), std::nullopt, name, "", directory::instance_status::active,
            std::nullopt,        std::nullopt};
}

inline directory::membership_record
enrolment(const std::string& instance, const std::string& user, const std::string& reference = "",
          core_communication::room_role role = core_communication::room_role::member) {
    return {{course(instance), user, reference}, "word", role, std::nullopt, std::nullopt,
            directory::membership_status::active};
}

/// A directory, at first with the courses c1 and c2 and the people u1, u2 and u3: u1 and u2 are in c1, u3 in c2.
class directory_fixture {
  public:
    directory_fixture() {
        store::migrate(*database_, directory::migrations());
        directory::change_set first;
        first.source = "sis";
        first.users.inserted = {person("u1"), person("u2"), person("u3")};
        first.instances.inserted = {course_named("c1", "Physics"), course_named("c2", "Music")};
        first.memberships.inserted = {enrolment("c1", "u1", "e1"), enrolment("c1", "u2", "e2"),
                                      enrolment("c2", "u3", "e3")};
        apply(first);
    }

    store::connection& sql() { return *connection_; }

    std::vector<directory::instance_id> apply(const directory::change_set& changes,
                                              store::milliseconds_utc now = 1000) {
        return database_->transact([&](store::connection& on) { return directory::apply(on, changes, now); });
    }

    directory::instance_id instance(const std::string& external_id) {
        return directory::find_instance(sql(), course(external_id)).value().id;
    }
    directory::user user(const std::string& external_id) { return directory::find_user(sql(), external_id).value(); }

    std::vector<core_communication::member> members(const std::string& external_id, store::milliseconds_utc at = 5000) {
        return directory::effective_members(sql(), instance(external_id), at);
    }

  private:
    test_database database_;
    store::database::lease connection_ = database_->borrow();
};

/// Changes of the source "sis", to be filled.
inline directory::change_set changes_of(const std::string& source) {
    directory::change_set changes;
    changes.source = source;
    return changes;
}

using instance_ids = std::vector<directory::instance_id>;

}  // namespace commhost::test
