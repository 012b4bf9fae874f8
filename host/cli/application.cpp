#include "cli/application.hpp"

#include "cli/codes.hpp"
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "message/error.hpp"
#include "service/codes.hpp"
#include "worker/version.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <string>

namespace commhost::cli {

namespace {

/// What is wrong with the words of the command line, and not with what they name.
bool is_usage(message::code code) {
    return code == CLI_SECRET_ARGUMENT || code == CONFIGURATION_TRUST || code == service::SERVICE_LOG_LEVEL ||
           code == service::SERVICE_LOG_FORMAT;
}

}  // namespace

int run_application(int count, char** words) {
    context shared;
    CLI::App application("Keeps an institution's chat rooms equal to its rosters.", "commhost");
    application.set_version_flag("--version", "commhost " + worker::own_version().text());
    application.require_subcommand(1);
    application.fallthrough();
    application.footer("Exit status: 0 done, 1 failed, 2 changes pending or partly done, 64 wrong usage.");

    auto& flags = shared.flags;
    application
        .add_option("--config", flags.configuration_file, "the configuration (default /etc/commhost/commhost.json)")
        ->type_name("FILE");
    application.add_option("--database", flags.database, "sqlite:PATH or postgresql://...")->type_name("LOCATION");
    application.add_option("--plugin-root", flags.plugin_roots, "a folder of plugin folders; may be given again")
        ->type_name("FOLDER")
        ->take_all()
        ->expected(1);
    application
        .add_option("--plugin-trust", flags.plugin_trust,
                    "what becomes of plugins that no trusted key signed: off, warn or require")
        ->type_name("POLICY");
    application
        .add_option("--trusted-keys", flags.trusted_keys,
                    "the folder of keys that may sign plugins (default /etc/commhost/trusted_keys)")
        ->type_name("FOLDER");
    application.add_option("--log-level", flags.log_level, "debug, info, warning or error")->type_name("LEVEL");
    application.add_option("--log-format", flags.log_format, "text or json")->type_name("FORMAT");
    application.add_flag_callback(
        "--json", [&shared] { shared.out.use_json(true); }, "one JSON document on standard output");

    add_plugin_commands(application, shared);
    add_settings_commands(application, shared);
    add_roster_commands(application, shared);
    add_room_commands(application, shared);
    add_task_commands(application, shared);
    add_run_commands(application, shared);
    add_doctor_command(application, shared);

    // Known before anything is parsed, so that even a wrong command line is answered in the form asked for.
    shared.out.use_json(
        std::any_of(words, words + count, [](const char* word) { return std::string_view(word) == "--json"; }));
    try {
        application.parse(count, words);
        return shared.status;
    } catch (const CLI::CallForHelp&) {
        shared.out.line(application.help("", CLI::AppFormatMode::Normal));
        return exit_status::done;
    } catch (const CLI::ParseError& wrong) {
        if (wrong.get_exit_code() == 0) return application.exit(wrong);
        // CLI11 misses the command it wanted before it looks at the word that stands in its place.
        const auto unknown = application.remaining(true);
        const bool no_command = wrong.get_name() == "RequiredError" && !unknown.empty();
        const std::string reason = no_command ? "there is no command '" + unknown.front() + "'" : wrong.what();
        shared.out.error(message::error(CLI_USAGE, {{"reason", reason}}));
        return exit_status::wrong_usage;
    } catch (const message::error& known) {
        shared.out.error(known);
        return is_usage(known.code()) ? exit_status::wrong_usage : exit_status::failed;
    } catch (const std::exception& unknown) {
        shared.out.error(unknown.what());
        return exit_status::failed;
    }
}

}  // namespace commhost::cli
