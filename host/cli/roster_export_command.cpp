#include "cli/commands.hpp"
#include "cli/roster_application.hpp"
#include "directory/picture.hpp"
#include "directory/stored.hpp"
#include "roster/export.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>

namespace commhost::cli {

namespace {

struct words {
    std::string source = "default";
    std::optional<std::string> output;
};

/// What is written may go to a pager that somebody reads for an hour: nothing of the database waits for that.
void write(context& shared, const words& given) {
    std::map<std::string, directory::picture, std::less<>> pictures;
    const auto stored = shared.host().database().transact([&](store::connection& on) {
        auto read = directory::read_stored(on, given.source);
        const auto add_pictures_of = [&](const auto& rows) {
            for (const auto& each : rows) {
                const auto digest = each.record.picture.value_or("");
                if (digest.empty() || each.claim == directory::claim::foreign || pictures.contains(digest)) continue;
                if (auto found = directory::find_picture(on, digest)) pictures.emplace(digest, *std::move(found));
            }
        };
        add_pictures_of(read.users);
        add_pictures_of(read.instances);
        return read;
    });
    write_document(given.output, [&](std::ostream& to) {
        roster::write_roster(to, stored, given.source, [&](std::string_view digest) {
            const auto found = pictures.find(digest);
            return found == pictures.end() ? std::nullopt : std::optional(found->second);
        });
    });
}

}  // namespace

void add_roster_export_command(const command& rosters, context& shared) {
    const auto given = std::make_shared<words>();
    const auto made = rosters.subcommand("export", "help_roster_export");
    made.option("--source,--source-name", given->source, "help_roster_source_name").placeholder("NAME").with_default();
    made.option("--output", given->output, "help_roster_output").placeholder("FILE");
    made.examples({"commhost roster export > roster.json"}).runs([given, &shared] { write(shared, *given); });
}

}  // namespace commhost::cli
