#include "roster/plan.hpp"

#include "roster/codes.hpp"

#include <algorithm>
#include <functional>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace commhost::roster {

namespace {

using directory::claim;
using directory::instance_key;
using directory::instance_status;
using directory::stored_instance;
using directory::stored_membership;
using directory::stored_user;
using directory::user_status;

struct key_hash {
    std::size_t operator()(const instance_key& key) const {
        const std::hash<std::string_view> hash;
        return hash(key.external_id) * 31 + hash(key.type) * 7 + hash(key.component);
    }
};

/// What is known of one user or instance: from the store, from the roster, or both.
template <class Stored>
struct known {
    const Stored* stored = nullptr;
    bool named = false;    ///< In the roster, to be there.
    bool removed = false;  ///< In the roster, to go.
    bool kept = false;     ///< In a row that could not be read: stays as stored.
    bool going = false;    ///< This plan takes the source's claim back.
    bool there = false;    ///< Will be in the directory, not deleted, when the plan is applied.
};

bool claimed(claim of) { return of == claim::own || of == claim::shared; }

bool equal(const directory::user_record& wanted, const directory::user_record& stored) { return wanted == stored; }

bool equal(const directory::instance_record& wanted, const directory::instance_record& stored) {
    return wanted.parent == stored.parent && wanted.name == stored.name && wanted.topic == stored.topic &&
           wanted.status == stored.status && (!wanted.provider || wanted.provider == stored.provider) &&
           (!wanted.settings || wanted.settings == stored.settings) &&
           (!wanted.picture || wanted.picture == stored.picture);
}

bool equal(const directory::membership_record& wanted, const stored_membership& stored) {
    return wanted.role == stored.role && wanted.room_role == stored.room_role && wanted.begins == stored.begins &&
           wanted.ends == stored.ends && wanted.status == stored.status;
}

const std::string& key_of(const directory::user_record& record) { return record.external_id; }
const instance_key& key_of(const directory::instance_record& record) { return record.key; }

/// Users and instances are compared in the same way: this is the way.
template <class Record, class Stored, class Key, class Hash>
class kind_plan {
  public:
    using index = std::unordered_map<Key, known<Stored>, Hash>;

    kind_plan(const std::vector<Stored>& stored, const std::vector<Key>& unreadable) {
        known_.reserve(stored.size());
        for (const auto& row : stored) known_[key_of(row.record)].stored = &row;
        for (const auto& key : unreadable) known_[key].kept = true;
    }

    index& all() { return known_; }

    known<Stored>* find(const Key& key) {
        const auto found = known_.find(key);
        return found == known_.end() ? nullptr : &found->second;
    }

    /// Takes the roster's entries, which move into changes.
    void compare(std::vector<entry<Record>> entries, scope scope, directory::changes_of<Record, Key>& changes,
                 std::vector<Key>& claims) {
        for (auto& [record, from, removed] : entries) {
            auto& here = known_[key_of(record)];
            if (removed) {
                here.removed = true;
                here.going = here.stored != nullptr && claimed(here.stored->claim);
                continue;
            }
            here.named = true;
            if (here.stored == nullptr) {
                changes.inserted.push_back(std::move(record));
            } else if (here.stored->claim == claim::own || here.stored->claim == claim::none) {
                if (here.stored->claim == claim::none || !equal(record, here.stored->record))
                    changes.updated.push_back(std::move(record));
            } else if (here.stored->claim == claim::foreign) {
                claims.push_back(key_of(record));
            }
        }
        if (scope == scope::full)
            for (auto& [key, here] : known_)
                if (!here.named && !here.kept && here.stored != nullptr && claimed(here.stored->claim))
                    here.going = true;
    }

    /// Once it is known what goes: what is there afterwards.
    void settle(directory::changes_of<Record, Key>& changes) {
        for (auto& [key, here] : known_) {
            if (here.going) changes.deleted.push_back(key);
            const bool stored = here.stored != nullptr && !is_deleted(here.stored->record);
            // With another source's claim on it, it outlives this one's; that of the owner is told by `shared`.
            here.there = here.named || (stored && (!here.going || here.stored->claim == claim::shared));
        }
        std::sort(changes.deleted.begin(), changes.deleted.end());
    }

  private:
    static bool is_deleted(const directory::user_record& record) { return record.status == user_status::deleted; }
    static bool is_deleted(const directory::instance_record& record) {
        return record.status == instance_status::deleted;
    }

    index known_;
};

using user_plan = kind_plan<directory::user_record, stored_user, std::string, std::hash<std::string>>;
using instance_plan = kind_plan<directory::instance_record, stored_instance, instance_key, key_hash>;

/// Groups go with what they are groups of.
void remove_groups(instance_plan& instances, const std::vector<stored_instance>& stored) {
    for (const auto& row : stored) {
        if (!row.record.parent || !claimed(row.claim)) continue;
        const auto* parent = instances.find(*row.record.parent);
        auto* group = instances.find(row.record.key);
        if (parent != nullptr && parent->going && !group->named) group->going = true;
    }
}

/// Compares memberships, when users and instances are settled.
class membership_plan {
  public:
    membership_plan(const directory::stored& stored, user_plan& users, instance_plan& instances, plan& into)
        : stored_(stored), users_(users), instances_(instances), plan_(into), seen_(stored.memberships.size()) {}

    void compare(roster& wanted) {
        const std::unordered_set<std::string_view> unreadable(wanted.unreadable_memberships.begin(),
                                                              wanted.unreadable_memberships.end());
        auto& doubted = wanted.unreadable_members;
        std::sort(doubted.begin(), doubted.end());
        const auto is_doubted = [&](const instance_key& instance, const std::string& user) {
            return !doubted.empty() &&
                   std::binary_search(doubted.begin(), doubted.end(), roster::member{instance, user});
        };
        // Named with another user or instance than it is stored with: a source that has ids has moved it. Where the
        // scope is full, what is not met again goes in any case.
        std::unordered_set<std::string_view> named;
        if (wanted.memberships_scope == scope::partial)
            for (const auto& entry : wanted.memberships)
                if (!entry.record.key.reference.empty()) named.insert(entry.record.key.reference);
        for (auto& entry : wanted.memberships) compare(entry, wanted);
        index_stored();
        for (std::size_t index = 0; index < stored_.memberships.size(); ++index) {
            const auto& row = stored_.memberships[index];
            const auto& instance = *instance_of_.at(row.instance);
            const auto& user = *user_of_.at(row.user);
            const bool gone = instance.going || user.going;
            const bool unproven = unreadable.contains(row.reference) || left_out_.contains(row.reference) ||
                                  is_doubted(instance.stored->record.key, user.stored->record.external_id);
            const bool moved = !unproven && named.contains(row.reference);
            const bool absent = !unproven && wanted.memberships_scope == scope::full;
            if (seen_[index] == fate::kept || (seen_[index] == fate::unknown && !gone && !moved && !absent)) continue;
            plan_.changes.memberships.deleted.push_back(
                {instance.stored->record.key, user.stored->record.external_id, row.reference});
        }
        // The named references point into the records: they move now.
        for (auto* entry : inserted_) plan_.changes.memberships.inserted.push_back(std::move(entry->record));
        for (auto* entry : updated_) plan_.changes.memberships.updated.push_back(std::move(entry->record));
    }

  private:
    enum class fate : std::uint8_t { unknown, kept, removed };
    using membership_entry = entry<directory::membership_record>;

    /// From a stored row's numbers to what is known of its instance and its user.
    void index_stored() {
        for (auto& [key, known] : instances_.all())
            if (known.stored != nullptr) instance_of_[known.stored->id] = &known;
        for (auto& [key, known] : users_.all())
            if (known.stored != nullptr) user_of_[known.stored->id] = &known;
    }

    void compare(membership_entry& entry, roster& wanted) {
        const auto& key = entry.record.key;
        const auto* instance = instances_.find(key.instance);
        const auto* user = users_.find(key.user);
        const auto index = find(instance, user, key.reference);
        if (entry.removed) {
            if (index != none) seen_[index] = fate::removed;
            return;
        }
        const bool instance_there = instance != nullptr && instance->there;
        const bool user_there = user != nullptr && user->there;
        if (!instance_there || !user_there) {
            // What the roster itself names as removed takes its memberships along: no fault of the membership's row.
            const bool removed = (instance != nullptr && instance->removed) || (user != nullptr && user->removed);
            if (!removed) leave_out(entry, wanted, instance_there);
            return;
        }
        if (index == none) {
            inserted_.push_back(&entry);
            return;
        }
        seen_[index] = fate::kept;
        if (!equal(entry.record, stored_.memberships[index])) updated_.push_back(&entry);
    }

    void leave_out(const membership_entry& entry, roster& wanted, bool instance_there) {
        const auto& key = entry.record.key;
        if (!key.reference.empty()) left_out_.insert(key.reference);
        if (instance_there) {
            wanted.problems.add({ROSTER_UNKNOWN_USER, wanted.where(entry.from), {{"user", key.user}}, true});
        } else {
            wanted.problems.add(
                {ROSTER_UNKNOWN_INSTANCE, wanted.where(entry.from), {{"instance", key.instance.external_id}}, true});
        }
    }

    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    std::size_t find(const known<stored_instance>* instance, const known<stored_user>* user,
                     const std::string& reference) const {
        if (instance == nullptr || user == nullptr || instance->stored == nullptr || user->stored == nullptr)
            return none;
        const auto wanted = std::tie(instance->stored->id, user->stored->id, reference);
        const auto at = std::lower_bound(stored_.memberships.begin(), stored_.memberships.end(), wanted,
                                         [](const stored_membership& row, const auto& key) {
                                             return std::tie(row.instance, row.user, row.reference) < key;
                                         });
        if (at == stored_.memberships.end() || std::tie(at->instance, at->user, at->reference) != wanted) return none;
        return static_cast<std::size_t>(at - stored_.memberships.begin());
    }

    const directory::stored& stored_;
    user_plan& users_;
    instance_plan& instances_;
    plan& plan_;
    std::unordered_map<directory::instance_id, const known<stored_instance>*> instance_of_;
    std::unordered_map<directory::user_id, const known<stored_user>*> user_of_;
    std::vector<fate> seen_;
    std::unordered_set<std::string_view> left_out_;
    std::vector<membership_entry*> inserted_;
    std::vector<membership_entry*> updated_;
};

/// Tells by instance whom the changes of memberships add, change and remove.
class summary {
  public:
    summary(const directory::stored& stored, user_plan& users, instance_plan& instances, plan& into)
        : stored_(stored), users_(users), instances_(instances), plan_(into) {}

    void write() {
        const auto& changes = plan_.changes;
        plan_.users = counts(changes.users);
        plan_.instances = counts(changes.instances);
        plan_.memberships = counts(changes.memberships);
        for (const auto& record : changes.instances.inserted)
            at(record.key) = {&record.name, instance_change::added, shows_another_picture(record), {}};
        for (const auto& record : changes.instances.updated)
            at(record.key) = {&record.name, instance_change::changed, shows_another_picture(record), {}};
        for (const auto& key : changes.instances.deleted) at(key) = {nullptr, instance_change::removed, false, {}};
        for (const auto& record : changes.memberships.inserted) person(record.key, &tally::inserted);
        for (const auto& record : changes.memberships.updated) person(record.key, &tally::updated);
        for (const auto& key : changes.memberships.deleted) person(key, &tally::deleted);
        for (auto& [key, found] : instances_found_) plan_.by_instance.push_back(written(*key, found));
        std::sort(plan_.by_instance.begin(), plan_.by_instance.end(),
                  [](const auto& a, const auto& b) { return a.key < b.key; });
    }

  private:
    /// How many of one person's memberships in one instance do what.
    struct tally {
        std::uint32_t inserted = 0;
        std::uint32_t updated = 0;
        std::uint32_t deleted = 0;
    };
    struct found {
        const std::string* name = nullptr;
        instance_change change = instance_change::none;
        bool picture_changed = false;
        std::unordered_map<std::string_view, tally> people;
    };
    struct pointer_hash {
        std::size_t operator()(const instance_key* key) const { return key_hash()(*key); }
    };
    struct pointer_equal {
        bool operator()(const instance_key* a, const instance_key* b) const { return *a == *b; }
    };

    template <class Changes>
    static change_counts counts(const Changes& changes) {
        return {changes.inserted.size(), changes.updated.size(), changes.deleted.size()};
    }

    bool shows_another_picture(const directory::instance_record& record) const {
        if (!record.picture) return false;
        const auto* known = instances_.find(record.key);
        const auto* stored = known == nullptr ? nullptr : known->stored;
        return *record.picture != (stored == nullptr ? "" : stored->record.picture.value_or(""));
    }

    found& at(const instance_key& key) { return instances_found_[&key]; }

    void person(const directory::membership_key& key, std::uint32_t tally::*what) {
        ++(at(key.instance).people[key.user].*what);
    }

    std::size_t stored_memberships(const instance_key& instance, std::string_view user) const {
        const auto* known_instance = instances_.find(instance);
        const auto* known_user = users_.find(std::string(user));
        if (known_instance == nullptr || known_user == nullptr || known_instance->stored == nullptr ||
            known_user->stored == nullptr)
            return 0;
        const auto wanted = std::tie(known_instance->stored->id, known_user->stored->id);
        struct by_pair {
            using pair = std::tuple<const directory::instance_id&, const directory::user_id&>;
            bool operator()(const stored_membership& row, const pair& key) const {
                return pair(row.instance, row.user) < key;
            }
            bool operator()(const pair& key, const stored_membership& row) const {
                return key < pair(row.instance, row.user);
            }
        };
        const auto [from, to] =
            std::equal_range(stored_.memberships.begin(), stored_.memberships.end(), wanted, by_pair());
        return static_cast<std::size_t>(to - from);
    }

    instance_summary written(const instance_key& key, const found& what) {
        instance_summary result{key, {}, what.change, {}, {}, {}, what.picture_changed};
        if (what.name != nullptr) {
            result.name = *what.name;
        } else if (const auto* known = instances_.find(key); known != nullptr && known->stored != nullptr) {
            result.name = known->stored->record.name;
        }
        for (const auto& [user, did] : what.people) {
            const auto before = stored_memberships(key, user);
            const auto after = before + did.inserted - did.deleted;
            auto& list = before == 0 ? result.added : after == 0 ? result.removed : result.changed;
            list.emplace_back(user);
        }
        for (auto* list : {&result.added, &result.changed, &result.removed}) std::sort(list->begin(), list->end());
        return result;
    }

    const directory::stored& stored_;
    user_plan& users_;
    instance_plan& instances_;
    plan& plan_;
    std::unordered_map<const instance_key*, found, pointer_hash, pointer_equal> instances_found_;
};

/// Those that the changes need and the directory lacks.
std::vector<directory::picture> new_pictures(std::vector<directory::picture> named, const directory::stored& stored,
                                             const directory::change_set& changes) {
    std::unordered_set<std::string_view> needed;
    for (const auto* records : {&changes.instances.inserted, &changes.instances.updated})
        for (const auto& record : *records)
            if (record.picture) needed.insert(*record.picture);
    std::erase_if(named, [&](const directory::picture& each) {
        return !needed.contains(each.digest) || stored.pictures.contains(each.digest);
    });
    return named;
}

}  // namespace

std::string_view to_string(instance_change change) {
    switch (change) {
        case instance_change::none: return "none";
        case instance_change::added: return "added";
        case instance_change::changed: return "changed";
        case instance_change::removed: return "removed";
    }
    return "?";
}

plan make_plan(roster wanted, const directory::stored& stored, const std::string& source) {
    plan result;
    auto& changes = result.changes;
    changes.source = source;
    changes.revision = stored.revision;

    user_plan users(stored.users, wanted.unreadable_users);
    users.compare(std::move(wanted.users), wanted.users_scope, changes.users, changes.claimed_users);
    users.settle(changes.users);
    instance_plan instances(stored.instances, wanted.unreadable_instances);
    instances.compare(std::move(wanted.instances), wanted.instances_scope, changes.instances,
                      changes.claimed_instances);
    remove_groups(instances, stored.instances);
    instances.settle(changes.instances);

    changes.pictures = new_pictures(std::move(wanted.pictures), stored, changes);

    membership_plan(stored, users, instances, result).compare(wanted);
    summary(stored, users, instances, result).write();
    result.problems = std::move(wanted.problems);
    return result;
}

}  // namespace commhost::roster
