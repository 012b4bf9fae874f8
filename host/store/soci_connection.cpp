#include "store/soci_connection.hpp"

#include "message/error.hpp"
#include "store/codes.hpp"

#include <fmt/format.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <thread>
#include <utility>

namespace commhost::store {

namespace {

/// The statement without its indentation, short enough for a message.
std::string in_short(std::string_view sql) {
    std::string text;
    for (const char character : sql) {
        const bool space = character == ' ' || character == '\n' || character == '\t';
        if (space && (text.empty() || text.back() == ' ')) continue;
        text += space ? ' ' : character;
        if (text.size() == 160) return text + " ...";
    }
    return text;
}

/// SQLITE_BUSY and SQLITE_LOCKED; in PostgreSQL serialization_failure, deadlock_detected and lock_not_available
/// (PostgreSQL documentation, appendix A): the database gave way to somebody else, so that trying again helps.
bool gave_way(const soci::soci_error& failed) {
    if (const auto* sqlite = dynamic_cast<const soci::sqlite3_soci_error*>(&failed))
        return (sqlite->result() & 0xFF) == 5 || (sqlite->result() & 0xFF) == 6;
    if (const auto* postgresql = dynamic_cast<const soci::postgresql_soci_error*>(&failed)) {
        const auto state = postgresql->sqlstate();
        return state == "40001" || state == "40P01" || state == "55P03";
    }
    return false;
}

/// A connection is one thread's at a time, so that SQLite need not lock it at every step, and nobody asks how much memory it has
/// (https://www.sqlite.org/threadsafe.html, "Multi-thread"). It takes this before it is first used alone.
void spare_locks() {
    static const bool done = sqlite_api::sqlite3_config(SQLITE_CONFIG_MULTITHREAD) == SQLITE_OK &&
                             sqlite_api::sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) == SQLITE_OK;
    static_cast<void>(done);  // who used it before, such as a test, has it with its locks
}

/// The write-ahead log lets readers go on while one writes. Of several that turn it on at once, of a new file, SQLite lets one and
/// tells the others at once that the file is locked, instead of waiting (https://www.sqlite.org/c3ref/busy_handler.html).
void turn_write_ahead_log_on(soci::session& of) {
    constexpr std::chrono::milliseconds pause{5};
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);  // as for any other lock
    while (true) {
        try {
            of << "pragma journal_mode = wal";
            return;
        } catch (const soci::soci_error& failed) {
            if (!gave_way(failed) || std::chrono::steady_clock::now() > deadline) throw;
        }
        std::this_thread::sleep_for(pause);
    }
}

/// What an admin has to mend before any statement can succeed; none for what is this statement's own fault. SQLITE_READONLY,
/// SQLITE_CORRUPT, SQLITE_FULL and SQLITE_NOTADB (https://www.sqlite.org/rescode.html); in PostgreSQL disk_full,
/// read_only_sql_transaction, which a standby says, data_corrupted and index_corrupted.
std::optional<message::code> fault_of_disk(const soci::soci_error& failed) {
    if (const auto* sqlite = dynamic_cast<const soci::sqlite3_soci_error*>(&failed)) {
        switch (sqlite->result() & 0xFF) {
            case 8: return STORE_READ_ONLY;
            case 13: return STORE_FULL;
            case 11:
            case 26: return STORE_DAMAGED;
            default: return std::nullopt;
        }
    }
    if (const auto* postgresql = dynamic_cast<const soci::postgresql_soci_error*>(&failed)) {
        const auto state = postgresql->sqlstate();
        if (state == "53100") return STORE_FULL;
        if (state == "25006") return STORE_READ_ONLY;
        if (state == "XX001" || state == "XX002") return STORE_DAMAGED;
    }
    return std::nullopt;
}

}  // namespace

/// A statement and the variables it is bound to, whose addresses must not change.
struct soci_connection::prepared {
    struct cell {
        column kind = column::text;
        long long integer = 0;
        std::string text;
        soci::indicator state = soci::i_null;
    };

    explicit prepared(soci::session& on) : statement(on) {}

    soci::statement statement;
    std::vector<cell> used;
    std::vector<cell> given;
    std::vector<value> row;
};

soci_connection::soci_connection(store::dialect dialect, const std::string& backend_text, const std::string& location)
    : dialect_(dialect) {
    try {
        if (dialect == dialect::sqlite) {
            spare_locks();
            session_.open(soci::sqlite3, backend_text);
            turn_write_ahead_log_on(session_);
            // "full" keeps what was committed through a loss of power (https://www.sqlite.org/pragma.html#pragma_synchronous).
            for (const char* pragma : {"pragma synchronous = full", "pragma foreign_keys = on"}) session_ << pragma;
        } else {
            session_.open(soci::postgresql, backend_text);
            session_ << "set client_min_messages = warning";
            session_ << fmt::format("select pg_advisory_lock_shared({})", presence_lock);
        }
    } catch (const soci::soci_error& failed) {
        if (const auto fault = fault_of_disk(failed))
            throw message::error(*fault, {{"reason", failed.get_error_message()}});
        // libpq names the host and the role that it could not reach or was refused, never the password.
        throw message::error(STORE_OPEN, {{"location", location}, {"reason", failed.get_error_message()}});
    }
}

soci_connection::~soci_connection() = default;

template <class Work>
auto soci_connection::translated(std::string_view sql, Work&& work) {
    ++statements_;
    try {
        return work();
    } catch (const soci::soci_error& failed) {
        // A statement that failed half-way may still hold a lock; its copy is dropped with all the others.
        statements_kept_.clear();
        if (gave_way(failed)) throw message::error(STORE_BUSY, {{"reason", failed.get_error_message()}});
        usable_ = session_.is_connected();
        if (!usable_) throw message::error(STORE_LOST, {{"reason", failed.get_error_message()}});
        if (const auto fault = fault_of_disk(failed))
            throw message::error(*fault, {{"reason", failed.get_error_message()}});
        throw message::error(STORE_STATEMENT, {{"reason", failed.get_error_message() + " [" + in_short(sql) + "]"}});
    }
}

soci_connection::prepared& soci_connection::prepare(std::string_view sql, parameters with,
                                                    std::span<const column> kinds) {
    const auto kind_of = [](const value& content) {
        return std::holds_alternative<std::int64_t>(content) ? column::integer : column::text;
    };
    std::string key(sql);
    for (const auto& [name, content] : with) key += kind_of(content) == column::integer ? 'i' : 't';

    auto found = statements_kept_.find(key);
    if (found == statements_kept_.end()) {
        constexpr std::size_t most_kept = 200;
        if (statements_kept_.size() >= most_kept) statements_kept_.clear();
        auto made = std::make_unique<prepared>(session_);
        made->used.resize(with.size());
        made->given.resize(kinds.size());
        made->row.resize(kinds.size());
        for (std::size_t index = 0; index < with.size(); ++index) {
            auto& cell = made->used[index];
            cell.kind = kind_of(with[index].content);
            const std::string name(with[index].name);
            if (cell.kind == column::integer) {
                made->statement.exchange(soci::use(cell.integer, cell.state, name));
            } else {
                made->statement.exchange(soci::use(cell.text, cell.state, name));
            }
        }
        for (std::size_t index = 0; index < kinds.size(); ++index) {
            auto& cell = made->given[index];
            cell.kind = kinds[index];
            if (cell.kind == column::integer) {
                made->statement.exchange(soci::into(cell.integer, cell.state));
            } else {
                made->statement.exchange(soci::into(cell.text, cell.state));
            }
        }
        made->statement.alloc();
        made->statement.prepare(std::string(sql));
        made->statement.define_and_bind();
        found = statements_kept_.emplace(std::move(key), std::move(made)).first;
    }

    auto& ready = *found->second;
    for (std::size_t index = 0; index < with.size(); ++index) {
        auto& cell = ready.used[index];
        const auto& content = with[index].content;
        cell.state = std::holds_alternative<std::monostate>(content) ? soci::i_null : soci::i_ok;
        if (const auto* integer = std::get_if<std::int64_t>(&content)) cell.integer = *integer;
        if (const auto* text = std::get_if<std::string>(&content)) cell.text = *text;
    }
    return ready;
}

void soci_connection::select(std::string_view sql, parameters with, std::span<const column> kinds,
                             void (*on_row)(void* context, std::span<value> row), void* context) {
    translated(sql, [&] {
        auto& ready = prepare(sql, with, kinds);
        ready.statement.execute(false);
        while (ready.statement.fetch()) {
            for (std::size_t index = 0; index < kinds.size(); ++index) {
                const auto& cell = ready.given[index];
                if (cell.state == soci::i_null) {
                    ready.row[index] = value{};
                } else if (cell.kind == column::integer) {
                    ready.row[index] = static_cast<std::int64_t>(cell.integer);
                } else {
                    ready.row[index] = cell.text;
                }
            }
            on_row(context, ready.row);
        }
    });
}

std::int64_t soci_connection::run(std::string_view sql, parameters with) {
    return translated(sql, [&] {
        auto& ready = prepare(sql, with, {});
        ready.statement.execute(true);
        return static_cast<std::int64_t>(ready.statement.get_affected_rows());
    });
}

void soci_connection::plain(const char* sql) {
    translated(sql, [&] { session_ << sql; });
}

std::optional<milliseconds_utc> soci_connection::server_time() noexcept {
    // Who borrows the connection asks for something else; a server that is away tells them so.
    try {
        long long time = 0;
        soci::statement statement(session_);
        statement.exchange(soci::into(time));
        statement.alloc();
        statement.prepare("select cast(floor(extract(epoch from clock_timestamp()) * 1000) as bigint)");
        statement.define_and_bind();
        if (!statement.execute(true)) return std::nullopt;
        return time;
    } catch (const std::exception&) {
        usable_ = false;
        return std::nullopt;
    }
}

void soci_connection::be_one_of_many() {
    if (dialect_ == dialect::sqlite) plain("pragma cache_size = -256");  // in KiB
}

void soci_connection::begin(durability how) {
    bool is_open = false;
    try {
        if (dialect_ == dialect::sqlite) {
            now_ = how;
            if (how == durability::soon) plain("pragma synchronous = normal");
            plain("begin immediate");
        } else {
            plain("begin");
            is_open = true;
            if (how == durability::soon) plain("set local synchronous_commit = off");
        }
    } catch (...) {
        // A transaction that never began has nobody who would end it, and the pool hands this connection out again.
        take_back(is_open);
        throw;
    }
}

void soci_connection::commit() {
    plain("commit");
    back_to_the_disk();
}

/// SQLite's setting is the connection's, whoever has it next, and not the transaction's.
void soci_connection::back_to_the_disk() {
    if (now_ == durability::at_once) return;
    plain("pragma synchronous = full");
    now_ = durability::at_once;
}

void soci_connection::rollback() noexcept { take_back(true); }

void soci_connection::take_back(bool is_open) noexcept {
    // Reached while another error is on its way, which is the one to be seen; a connection that cannot even roll back
    // is not used again, and the database rolls back when it closes.
    try {
        if (is_open) plain("rollback");
        back_to_the_disk();
    } catch (const std::exception&) {
        usable_ = false;
    }
}

}  // namespace commhost::store
