#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace commhost::store {

enum class dialect : std::uint8_t { sqlite, postgresql };

/// What goes into a statement and comes out of it: NULL, an integer or UTF-8 text.
using value = std::variant<std::monostate, std::int64_t, std::string>;

/// A named parameter: {"user", 7} fills :user. Enums and bools go as integers, an empty optional as NULL.
struct parameter {
    template <class T>
    parameter(std::string_view parameter_name, T&& content) : name(parameter_name), content(to_value(content)) {}

    std::string_view name;
    value content;

  private:
    template <class T>
    static value to_value(const T& content) {
        if constexpr (std::is_enum_v<T> || std::is_integral_v<T>) {
            return static_cast<std::int64_t>(content);
        } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
            return std::string(std::string_view(content));
        } else {  // std::optional
            return content ? to_value(*content) : value{};
        }
    }
};

using parameters = std::span<const parameter>;

/// What becomes of a transaction that was committed when the machine loses its power. The end of a process of commhost, however it
/// comes, loses nothing of either kind.
enum class durability : std::uint8_t {
    at_once,  ///< It is on the disk, which the commit waits for.
    /// It may be lost, with all that were committed after it and never without them; the commit waits for no disk. For what is found
    /// out again. SQLite: "synchronous = normal" beside a write-ahead log (https://www.sqlite.org/pragma.html#pragma_synchronous);
    /// PostgreSQL: "synchronous_commit = off", of its server's power and where it crashes itself (documentation, "Asynchronous Commit").
    soon,
};

enum class column : std::uint8_t { integer, text };

/// One connection to the database; one thread at a time. Statements are kept prepared.
///
/// SQL is the common part of SQLite and PostgreSQL ("on conflict", "returning", "update ... from" and window functions
/// are in both); what differs goes by dialect(). Cast with cast(x as t): a "::" is read as a parameter.
/// Everything throws message::error (STORE_STATEMENT, _BUSY, _FULL, _READ_ONLY, _DAMAGED, and _LOST: the server went away).
class connection {
  public:
    virtual ~connection() = default;

    virtual store::dialect dialect() const = 0;

    /// All rows. Columns are std::int64_t, bool, an enum, std::string, or std::optional of one of these; a NULL in a
    /// column that is not optional throws STORE_STATEMENT.
    template <class... Columns>
    std::vector<std::tuple<Columns...>> query(std::string_view sql, std::initializer_list<parameter> with = {}) {
        static constexpr column kinds[] = {kind_of<Columns>()...};
        std::vector<std::tuple<Columns...>> rows;
        each_row(sql, parameters(with.begin(), with.size()), kinds, [&rows](std::span<value> row) {
            rows.push_back(row_of<Columns...>(row, std::index_sequence_for<Columns...>{}));
        });
        return rows;
    }

    /// The first row, if there is one.
    template <class... Columns>
    std::optional<std::tuple<Columns...>> first(std::string_view sql, std::initializer_list<parameter> with = {}) {
        auto rows = query<Columns...>(sql, with);
        if (rows.empty()) return std::nullopt;
        return std::move(rows.front());
    }

    /// The one column of the first row, if there is one.
    template <class Column>
    std::optional<Column> scalar(std::string_view sql, std::initializer_list<parameter> with = {}) {
        auto row = first<Column>(sql, with);
        if (!row) return std::nullopt;
        return std::get<0>(std::move(*row));
    }

    /// Runs a statement; returns how many rows it changed.
    std::int64_t execute(std::string_view sql, std::initializer_list<parameter> with = {}) {
        return run(sql, parameters(with.begin(), with.size()));
    }

    /// How many statements went to the database so far.
    virtual std::int64_t statements() const = 0;

  protected:
    friend class transaction;

    /// Calls on_row for each row; the values may be moved out of.
    template <class OnRow>
    void each_row(std::string_view sql, parameters with, std::span<const column> kinds, OnRow&& on_row) {
        using function = std::remove_reference_t<OnRow>;
        select(
            sql, with, kinds, [](void* context, std::span<value> row) { (*static_cast<function*>(context))(row); },
            &on_row);
    }

    virtual void select(std::string_view sql, parameters with, std::span<const column> kinds,
                        void (*on_row)(void* context, std::span<value> row), void* context) = 0;
    virtual std::int64_t run(std::string_view sql, parameters with) = 0;
    virtual void begin(durability how) = 0;
    virtual void commit() = 0;
    virtual void rollback() noexcept = 0;

  private:
    template <class T>
    struct without_optional {
        using type = T;
    };
    template <class T>
    struct without_optional<std::optional<T>> {
        using type = T;
    };

    template <class T>
    static constexpr column kind_of() {
        using plain = typename without_optional<T>::type;
        static_assert(std::is_same_v<plain, std::string> || std::is_integral_v<plain> || std::is_enum_v<plain>,
                      "a column is an integer, a bool, an enum, a std::string or an optional of these");
        return std::is_same_v<plain, std::string> ? column::text : column::integer;
    }

    template <class T>
    static T read(value& cell) {
        if constexpr (!std::is_same_v<T, typename without_optional<T>::type>) {
            if (std::holds_alternative<std::monostate>(cell)) return std::nullopt;
            return read<typename without_optional<T>::type>(cell);
        } else {
            if (std::holds_alternative<std::monostate>(cell)) unexpected_null();
            if constexpr (std::is_same_v<T, std::string>) {
                return std::get<std::string>(std::move(cell));
            } else {
                return static_cast<T>(std::get<std::int64_t>(cell));
            }
        }
    }

    template <class... Columns, std::size_t... Index>
    static std::tuple<Columns...> row_of(std::span<value> row, std::index_sequence<Index...>) {
        return {read<Columns>(row[Index])...};
    }

    [[noreturn]] static void unexpected_null();
};

/// What is done on a connection between its construction and commit() happens as a whole or not at all.
/// In SQLite it takes the write lock at once, so that a reader never has to become a writer half-way.
class transaction {
  public:
    explicit transaction(connection& on, durability how = durability::at_once);
    ~transaction();
    transaction(const transaction&) = delete;
    transaction& operator=(const transaction&) = delete;

    void commit();

  private:
    connection& on_;
    bool open_ = true;
};

}  // namespace commhost::store
