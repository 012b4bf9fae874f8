#include "roster/plan_summary.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace commhost::roster {

namespace {

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

}  // namespace

void summarise(const directory::stored& stored, user_plan& users, instance_plan& instances, plan& into) {
    summary(stored, users, instances, into).write();
}

}  // namespace commhost::roster
