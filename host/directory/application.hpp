#pragma once

#include "directory/change_set.hpp"
#include "store/json_rows.hpp"

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

// What the sources of apply share; nobody else includes this.
namespace commhost::directory {

using store::column;
using store::json_rows;

// Large enough that the statements of a whole school are few, small enough that the JSON of one stays within a
// megabyte.
inline constexpr std::size_t rows_a_statement = 4000;

template <class Row, class Work>
void in_chunks(std::span<const Row> rows, Work&& work) {
    for (; !rows.empty(); rows = rows.subspan(std::min(rows.size(), rows_a_statement)))
        work(rows.first(std::min(rows.size(), rows_a_statement)));
}

template <class Row, class Work>
void in_chunks(const std::vector<Row>& rows, Work&& work) {
    in_chunks(std::span<const Row>(rows), std::forward<Work>(work));
}

/// Ids met so far, most of them several times.
template <class Id>
class id_set {
  public:
    void add(const std::vector<std::tuple<Id>>& rows) {
        for (const auto& [id] : rows) ids_.push_back(id);
        tidy();
    }

    void add(const std::vector<Id>& ids) {
        ids_.insert(ids_.end(), ids.begin(), ids.end());
        tidy();
    }

    const std::vector<Id>& ids() const { return ids_; }

  private:
    void tidy() {
        std::sort(ids_.begin(), ids_.end());
        ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
    }

    std::vector<Id> ids_;
};

/// One run of apply: what each step needs and what all of them collect.
class application {
  public:
    application(store::connection& sql, const std::string& source, store::milliseconds_utc now)
        : sql_(sql), source_(source), now_(now) {}

    void put_users(const std::vector<user_record>& users);
    void settle_merged();  ///< Once all users are put.
    void claim_users(const std::vector<std::string>& users);
    void delete_users(const std::vector<std::string>& users);

    void put_pictures(const std::vector<picture>& pictures);
    void put_instances(const std::vector<instance_record>& instances);
    void settle_pictures();  ///< Once all users and instances are put.
    void claim_instances(const std::vector<instance_key>& instances);
    void delete_instances(const std::vector<instance_key>& instances);

    void mark(const std::vector<absence_of<std::string>>& users);
    void mark(const std::vector<absence_of<instance_key>>& instances);
    void mark(const std::vector<absence_of<membership_key>>& memberships);

    void put_memberships(const std::vector<membership_record>& memberships);
    void delete_memberships(const std::vector<membership_key>& memberships);

    std::vector<instance_id> touched();

  private:
    std::string table(std::initializer_list<std::pair<std::string_view, column>> columns) const {
        return json_rows::table(sql_.dialect(), ":rows", columns) + " r";
    }
    /// What users and instances have alike: a table, and one of the sources that claim its rows.
    struct claimed_kind {
        std::string_view table;   ///< "directory_user"
        std::string_view claims;  ///< "directory_user_source"
        std::string_view id;      ///< Of the row, in claims: "user_id".
        std::string_view joined;  ///< The table as o, joined to r by its key.
    };
    static const claimed_kind user_kind;
    static const claimed_kind instance_kind;

    /// keys: rows of keys, as a table expression; rows: what they are. Of a claim that is taken back the row is deleted when it was the
    /// last one, and else the next source's; the ids of what is deleted are returned.
    void claim(const claimed_kind& kind, const std::string& keys, const std::string& rows);
    template <class Id>
    std::vector<std::tuple<Id>> take_claims_back(const claimed_kind& kind, const std::string& keys,
                                                 const std::string& rows);
    /// keys has "reads" and "since" besides.
    void mark(const claimed_kind& kind, const std::string& keys, const std::string& rows);

    std::string user_keys() const { return table({{"external_id", column::text}}); }
    std::string instance_keys() const {
        return table({{"component", column::text}, {"type", column::text}, {"external_id", column::text}});
    }
    static void add_key(json_rows& rows, const std::string& user) { rows.add(user); }
    static void add_key(json_rows& rows, const instance_key& key) {
        rows.add(key.component, key.type, key.external_id);
    }
    template <class Key>
    static std::string rows_of(std::span<const Key> keys) {
        json_rows rows;
        for (const auto& key : keys) add_key(rows, key);
        return rows.json();
    }

    void note_moved_rooms(std::span<const instance_record> instances);
    void set_pictures(std::span<const user_record> users);
    void set_merged(std::span<const user_record> users);
    void set_parents(std::span<const instance_record> instances);

    store::connection& sql_;
    const std::string& source_;
    store::milliseconds_utc now_;
    id_set<user_id> users_;
    id_set<instance_id> instances_;
    id_set<instance_id> moved_rooms_;  ///< Instances whose groups get the rooms, or lose them.
};

}  // namespace commhost::directory
