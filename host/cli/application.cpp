#include "cli/application.hpp"

#include "cli/codes.hpp"
#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "message/error.hpp"
#include "service/codes.hpp"
#include "worker/version.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

namespace commhost::cli {

namespace {

/// What is wrong with the words of the command line, and not with what they name.
bool is_usage(message::code code) {
    return code == CLI_USAGE || code == CONFIGURATION_TRUST || code == CLI_SECRET_ARGUMENT ||
           code == service::SERVICE_LOG_LEVEL || code == service::SERVICE_LOG_FORMAT;
}

int run_command(context& shared, int count, char** words) {
    command_line line("commhost", "Keeps an institution's chat rooms equal to its rosters.",
                      "commhost " + worker::own_version().text(),
                      "Exit status: 0 done, 1 failed, 2 changes pending or partly done, 64 wrong usage.");
    const auto program = line.program();

    auto& flags = shared.flags;
    program.option("--config", flags.configuration_file, "the configuration (default /etc/commhost/commhost.json)")
        .placeholder("FILE");
    program.option("--database", flags.database, "sqlite:PATH or postgresql://...").placeholder("LOCATION");
    program.option("--plugin-root", flags.plugin_roots, "a folder of plugin folders; may be given again")
        .placeholder("FOLDER");
    program
        .option("--plugin-trust", flags.plugin_trust,
                "what becomes of plugins that no trusted key signed: off, warn or require")
        .placeholder("POLICY");
    program
        .option("--trusted-keys", flags.trusted_keys,
                "the folder of keys that may sign plugins (default /etc/commhost/trusted_keys)")
        .placeholder("FOLDER");
    program.option("--log-level", flags.log_level, "debug, info, warning or error").placeholder("LEVEL");
    program.option("--log-format", flags.log_format, "text or json").placeholder("FORMAT");
    bool json = false;
    program.flag("--json", json, "one JSON document on standard output");

    add_plugin_commands(program, shared);
    add_settings_commands(program, shared);
    add_roster_commands(program, shared);
    add_room_commands(program, shared);
    add_task_commands(program, shared);
    add_run_commands(program, shared);
    add_doctor_command(program, shared);

    // Known before anything is parsed, so that even a wrong command line is answered in the form asked for.
    shared.out.use_json(
        std::any_of(words, words + count, [](const char* word) { return std::string_view(word) == "--json"; }));
    try {
        if (const auto asked_for = line.parse(count, words)) {
            shared.out.line(*asked_for);
            return exit_status::done;
        }
        return shared.status;
    } catch (const message::error& known) {
        shared.out.error(known);
        return is_usage(known.code()) ? exit_status::wrong_usage : exit_status::failed;
    } catch (const std::exception& unknown) {
        shared.out.error(unknown.what());
        return exit_status::failed;
    }
}

}  // namespace

int run_application(int count, char** words) {
    context shared;
    const int status = run_command(shared, count, words);
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
    shared.out.use_json(false);
    shared.out.error(message::error(CLI_OUTPUT, {{"reason", std::strerror(errno)}}));
    return exit_status::failed;
}

}  // namespace commhost::cli
