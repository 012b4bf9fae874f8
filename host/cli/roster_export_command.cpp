#include "cli/commands.hpp"
#include "cli/roster_application.hpp"
#include "directory/picture.hpp"
#include "roster/export.hpp"

#include <memory>
#include <optional>
#include <string>

namespace commhost::cli {

namespace {

struct words {
    std::string source = "default";
    std::optional<std::string> output;
};

void write(context& shared, const words& given) {
    shared.host().database().transact([&](store::connection& on) {
        const auto stored = directory::read_stored(on, given.source);
        write_document(given.output, [&](std::ostream& to) {
            roster::write_roster(to, stored, given.source,
                                 [&](std::string_view digest) { return directory::find_picture(on, digest); });
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
