#pragma once

#include "store/connection.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace commhost::test {

/// A connection that has the database say, of each statement that goes over it, how it finds its rows. Not within a transaction, which
/// SQLite does not end while it explains.
class explained_connection final : public store::connection {
  public:
    explicit explained_connection(store::connection& inner) : inner_(inner) {
        // With a handful of rows PostgreSQL reads a table as a whole, whatever indexes there are.
        if (dialect() == store::dialect::postgresql) inner_.execute("set enable_seqscan = off");
    }
    ~explained_connection() override {
        if (dialect() == store::dialect::postgresql) inner_.execute("set enable_seqscan = on");
    }

    store::dialect dialect() const override { return inner_.dialect(); }
    std::int64_t statements() const override { return inner_.statements(); }

    /// The statements that read this table as a whole, without an index, a line each; empty for none.
    std::string reading_all_of(const std::string& table) const {
        std::string found;
        for (const auto& [statement, step] : steps_)
            if (is_scan_of(statement, step, table)) found += step + ": " + statement + "\n";
        return found;
    }

    /// How many statements were explained.
    std::size_t number() const { return statements_.size(); }

    /// How many of those have this word.
    std::int64_t reading(std::string_view word) const {
        return std::count_if(statements_.begin(), statements_.end(), [&](const std::string& each) {
            return each.starts_with("select") && each.find(word) != std::string::npos;
        });
    }

  private:
    /// What only those that derive from it may call on another connection.
    struct opened : store::connection {
        using connection::begin;
        using connection::commit;
        using connection::rollback;
        using connection::run;
        using connection::select;
    };

    bool is_scan_of(const std::string& statement, const std::string& step, const std::string& table) const {
        if (dialect() == store::dialect::postgresql) return has_words(step, "Seq Scan on " + table);
        const bool as_a_whole = step.starts_with("SCAN ") && (step.find(" USING ") == std::string::npos ||
                                                              step.find(" sqlite_autoindex_") != std::string::npos);
        if (!as_a_whole && step.find(" AUTOMATIC ") == std::string::npos) return false;
        // "SCAN task", or "SCAN t" for "task t"; an index of a key has all rows, and one that is made for the statement as well.
        const auto begin = step.find(' ') + 1;
        const auto name = step.substr(begin, step.find(' ', begin) - begin);
        return name == table || statement.find(" " + table + " " + name + " ") != std::string::npos;
    }

    static bool has_words(const std::string& step, const std::string& words) {
        const auto at = step.find(words);
        const auto end = at + words.size();
        return at != std::string::npos && (end == step.size() || step[end] == ' ');
    }

    void explain(std::string_view sql, store::parameters with) {
        statements_.emplace_back(sql);
        const bool on_sqlite = dialect() == store::dialect::sqlite;
        const auto asked = (on_sqlite ? "explain query plan " : "explain ") + std::string(sql);
        constexpr store::column of_sqlite[] = {store::column::integer, store::column::integer, store::column::integer,
                                               store::column::text};
        constexpr store::column of_postgresql[] = {store::column::text};
        const auto kinds = on_sqlite ? std::span<const store::column>(of_sqlite) : of_postgresql;
        (inner_.*(&opened::select))(
            asked, with, kinds,
            [](void* self, std::span<store::value> row) {
                auto& made = *static_cast<explained_connection*>(self);
                made.steps_.emplace_back(made.statements_.back(), std::get<std::string>(row.back()));
            },
            this);
    }

    void select(std::string_view sql, store::parameters with, std::span<const store::column> kinds,
                void (*on_row)(void* context, std::span<store::value> row), void* context) override {
        explain(sql, with);
        (inner_.*(&opened::select))(sql, with, kinds, on_row, context);
    }
    std::int64_t run(std::string_view sql, store::parameters with) override {
        explain(sql, with);
        return (inner_.*(&opened::run))(sql, with);
    }
    void begin(store::durability how) override { (inner_.*(&opened::begin))(how); }
    void commit() override { (inner_.*(&opened::commit))(); }
    void rollback() noexcept override { (inner_.*(&opened::rollback))(); }

    store::connection& inner_;
    std::vector<std::string> statements_;
    std::vector<std::pair<std::string, std::string>> steps_;
};

}  // namespace commhost::test
