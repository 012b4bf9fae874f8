// commhost.json, with comments. Parts: the file; then lines of the environment, NAME=VALUE.

#include "cli/configuration.hpp"

#include "../unit/temporary_folder.hpp"
#include "expectation.hpp"
#include "memory_file.hpp"
#include "target.hpp"

#include <string>

namespace commhost::fuzz {

void run(std::string_view input) {
    static const test::temporary_folder state;
    const auto parts = parts_of(input);
    const memory_file file(parts[0]);
    cli::global_flags flags;
    flags.configuration_file = file.path().string();
    cli::environment_lines environment;
    if (parts.size() > 1)
        for (auto rest = parts[1]; !rest.empty();) {
            const auto end = std::min(rest.find('\n'), rest.size());
            environment.emplace_back(rest.substr(0, end));
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    // The last one of a name counts: nothing of an input makes folders elsewhere.
    environment.push_back("COMMHOST_STATE_DIRECTORY=" + state.path().string());

    cli::configuration read;
    cli::configuration again;
    const auto refused =
        refusal_of([&] { read = cli::read_configuration(flags, environment); }, {"file", "name", "value", "directory"});
    expect(refused == refusal_of([&] { again = cli::read_configuration(flags, environment); },
                                 {"file", "name", "value", "directory"}),
           "a configuration is refused twice alike");
    if (!refused.empty()) return;
    expect(read.host.plugin_roots == again.host.plugin_roots && read.host.database == again.host.database &&
               read.roster_roles == again.roster_roles && read.host.configured == again.host.configured &&
               read.host.from_environment == again.host.from_environment,
           "a configuration is read twice alike");
    expect(read.host.rooms_at_once >= 1 && read.host.rooms_at_once <= 64, "rooms at once keep their limits");
    expect(read.host.synchronise_every.count() >= 0, "no time is negative");
    expect(!read.host.database.empty(), "there is a database");
}

}  // namespace commhost::fuzz
