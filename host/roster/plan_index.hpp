#pragma once

#include "directory/stored.hpp"
#include "roster/absence.hpp"
#include "roster/plan.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

// What the sources of make_plan share; nobody else includes this.
namespace commhost::roster {

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
    bool named = false;                        ///< In the roster, to be there.
    bool removed = false;                      ///< In the roster, to go.
    bool kept = false;                         ///< In a row that could not be read: stays as stored.
    bool going = false;                        ///< This plan takes the source's claim back.
    bool there = false;                        ///< Will be in the directory, not deleted, when the plan is applied.
    std::optional<directory::absence> mark{};  ///< Not named any more and not taken for gone yet, or named again.
};

inline bool claimed(claim of) { return of == claim::own || of == claim::shared; }

inline bool equal(const directory::user_record& wanted, const directory::user_record& stored) {
    return directory::is_stored(wanted, stored);
}

inline bool equal(const directory::instance_record& wanted, const directory::instance_record& stored) {
    return wanted.parent == stored.parent && wanted.name == stored.name && wanted.topic == stored.topic &&
           wanted.status == stored.status && (!wanted.provider || wanted.provider == stored.provider) &&
           (!wanted.settings || wanted.settings == stored.settings) &&
           (!wanted.picture || wanted.picture == stored.picture) &&
           (!wanted.group_rooms || wanted.group_rooms == stored.group_rooms);
}

inline bool equal(const directory::membership_record& wanted, const stored_membership& stored) {
    return wanted.role == stored.role && wanted.room_role == stored.room_role && wanted.begins == stored.begins &&
           wanted.ends == stored.ends && wanted.status == stored.status && wanted.all_groups == stored.all_groups;
}

inline const std::string& key_of(const directory::user_record& record) { return record.external_id; }
inline const instance_key& key_of(const directory::instance_record& record) { return record.key; }

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
    void compare(std::vector<entry<Record>> entries, scope scope, const planning& how,
                 directory::changes_of<Record, Key>& changes, std::vector<Key>& claims) {
        for (auto& [record, from, removed] : entries) {
            auto& here = known_[key_of(record)];
            if (removed) {
                here.removed = true;
                here.going = here.stored != nullptr && claimed(here.stored->claim);
                continue;
            }
            here.named = true;
            if (here.stored != nullptr && here.stored->absence.reads > 0) here.mark = directory::absence{};
            if (here.stored == nullptr) {
                changes.inserted.push_back(std::move(record));
            } else if (here.stored->claim == claim::own || here.stored->claim == claim::none) {
                if (here.stored->claim == claim::none || !equal(record, here.stored->record))
                    changes.updated.push_back(std::move(record));
            } else if (here.stored->claim == claim::foreign) {
                claims.push_back(key_of(record));
            }
        }
        if (scope != scope::full) return;
        for (auto& [key, here] : known_) {
            if (here.named || here.kept || here.removed || here.stored == nullptr || !claimed(here.stored->claim))
                continue;
            here.mark = missed_again(here.stored->absence, how.absent, how.now, how.same_read);
            here.going = !here.mark;
        }
    }

    /// What an earlier import of the source wanted to go, was held, and this one does not speak of: it is still wanted.
    void carry(const directory::changes_of<Record, Key>& held, directory::changes_of<Record, Key>& changes) {
        const auto silent = [](const known<Stored>* here) {
            return here != nullptr && here->stored != nullptr && !here->named && !here->removed && !here->kept &&
                   !here->mark;
        };
        for (const auto& key : held.deleted)
            if (auto* here = find(key); silent(here) && claimed(here->stored->claim)) here->going = true;
        for (const auto& record : held.updated) {
            const auto* here = find(key_of(record));
            if (silent(here) && !here->going && here->stored->claim == claim::own &&
                !equal(record, here->stored->record))
                changes.updated.push_back(record);
        }
    }

    /// Once it is known what goes: what is there afterwards.
    void settle(directory::changes_of<Record, Key>& changes) {
        for (auto& [key, here] : known_) {
            if (here.going) {
                changes.deleted.push_back(key);
            } else if (here.mark && *here.mark != here.stored->absence) {
                changes.absent.push_back({key, *here.mark});
            }
            const bool stored = here.stored != nullptr && !is_deleted(here.stored->record);
            // With another source's claim on it, it outlives this one's; that of the owner is told by `shared`.
            here.there = here.named || (stored && (!here.going || here.stored->claim == claim::shared));
        }
        std::sort(changes.deleted.begin(), changes.deleted.end());
        std::sort(changes.absent.begin(), changes.absent.end(),
                  [](const auto& a, const auto& b) { return a.key < b.key; });
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

}  // namespace commhost::roster
