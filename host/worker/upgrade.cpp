#include "worker/upgrade.hpp"

#include "store/copy.hpp"
#include "text/time.hpp"
#include "worker/tables.hpp"

#include <algorithm>
#include <string>

namespace commhost::worker {

namespace {

/// "20260131T080000Z": for a file's name.
std::string stamp(const store::clock& clock) {
    auto text = text::utc(clock.now());
    std::erase_if(text, [](char character) { return character == '-' || character == ':'; });
    return text;
}

std::filesystem::path copy_of(const store::database& database, const host_settings& of) {
    const auto time = stamp(database.clock());
    if (database.dialect() == store::dialect::postgresql)
        return of.key_file.parent_path() / ("commhost.before-upgrade-" + time + ".dump");
    return database.location().substr(database.location().find(':') + 1) + ".before-upgrade-" + time;
}

}  // namespace

std::optional<upgraded> upgrade(const host_settings& of, copying copy, std::chrono::milliseconds patience) {
    store::database database(of.database);
    upgraded result;
    result.steps = store::upgrade(database, all_migrations(), patience, [&](store::connection& on) {
        if (copy == copying::none) return;
        result.copy = copy_of(database, of);
        store::copy(database, on, result.copy);
    });
    if (result.steps == 0) return std::nullopt;
    return result;
}

}  // namespace commhost::worker
