#pragma once

#include "store/clock.hpp"
#include "store/connection.hpp"

#include <soci/soci.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::store {

/// The advisory lock of a PostgreSQL server that every connection of commhost shares as long as it lasts, so that somebody can tell
/// that there is no other (database::alone): a number that is arbitrary but commhost's own, and the schema's.
inline constexpr std::string_view presence_lock = "74218410, hashtext(coalesce(cast(current_schema() as text), ''))";

/// A connection through SOCI. Seen only by database.cpp, which makes it, so that no other file pays for SOCI's headers.
class soci_connection final : public connection {
  public:
    /// backend_text: what SOCI's backend takes. Throws message::error (STORE_OPEN) naming location.
    soci_connection(store::dialect dialect, const std::string& backend_text, const std::string& location);
    ~soci_connection() override;

    store::dialect dialect() const override { return dialect_; }
    std::int64_t statements() const override { return statements_; }

    /// False once the server was lost; such a connection is not used again.
    bool usable() const { return usable_; }

    /// What the clock of a PostgreSQL server says; none when it does not answer any more. Not within a transaction.
    std::optional<milliseconds_utc> server_time() noexcept;

    /// Has SQLite keep little of the file: an eighth of what it does as a rule.
    void be_one_of_many();

    void begin(durability how) override;
    void commit() override;
    void rollback() noexcept override;

  private:
    struct prepared;

    void select(std::string_view sql, parameters with, std::span<const column> kinds,
                void (*on_row)(void* context, std::span<value> row), void* context) override;
    std::int64_t run(std::string_view sql, parameters with) override;

    prepared& prepare(std::string_view sql, parameters with, std::span<const column> kinds);
    void plain(const char* sql);
    void back_to_the_disk();
    void take_back(bool is_open) noexcept;
    template <class Work>
    auto translated(std::string_view sql, Work&& work);

    store::dialect dialect_;
    soci::session session_;
    std::map<std::string, std::unique_ptr<prepared>, std::less<>> statements_kept_;
    std::int64_t statements_ = 0;
    bool usable_ = true;
    durability now_ = durability::at_once;  ///< Of SQLite's transaction.
};

}  // namespace commhost::store
