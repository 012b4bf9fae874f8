#include "cli/application.hpp"

#include "cli/codes.hpp"
#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/language.hpp"
#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "service/codes.hpp"
#include "worker/version.hpp"

#include <algorithm>
#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

namespace commhost::cli {

namespace {

/// What is wrong with the words of the command line, and not with what they name.
bool is_usage(message::code code) {
    return code == CLI_USAGE || code == CONFIGURATION_TRUST || code == CLI_SECRET_ARGUMENT || code == CLI_TIME ||
           code == plugin::PLUGIN_NEW_NAME || code == service::SERVICE_LOG_LEVEL || code == service::SERVICE_LOG_FORMAT;
}

/// Of how the command itself ended, for a message.
const char* word_for(int status) { return status == exit_status::done ? "done" : "other"; }

bool loads_plugins(int count, char** words) {
    return std::any_of(words, words + count, [](std::string_view word) {
        return word == "worker" || word == "diagnose" || word == "validate-one";
    });
}

int run_command(context& shared, int count, char** words) {
    command_line line("commhost", "help_program", "commhost " + worker::own_version().text(), "help_exit_status");
    const auto program = line.program();

    auto& flags = shared.flags;
    program.option("--config", flags.configuration_file, "help_option_config").placeholder("FILE");
    program.option("--database", flags.database, "help_option_database").placeholder("LOCATION");
    program.option("--plugin-root", flags.plugin_roots, "help_option_plugin_root").placeholder("FOLDER");
    program.option("--plugin-trust", flags.plugin_trust, "help_option_plugin_trust").placeholder("POLICY");
    program.option("--trusted-keys", flags.trusted_keys, "help_option_trusted_keys").placeholder("FOLDER");
    program.option("--log-level", flags.log_level, "help_option_log_level").placeholder("LEVEL");
    program.option("--log-format", flags.log_format, "help_option_log_format").placeholder("FORMAT");
    bool json = false;
    program.flag("--json", json, "help_option_json");

    add_plugin_commands(program, shared);
    add_settings_commands(program, shared);
    add_roster_commands(program, shared);
    add_room_commands(program, shared);
    add_task_commands(program, shared);
    add_site_commands(program, shared);
    add_run_commands(program, shared);
    add_audit_command(program, shared);
    add_privacy_commands(program, shared);
    add_database_commands(program, shared);
    add_doctor_command(program, shared);
    add_explain_command(program, shared);
    add_lang_commands(program, shared);

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
    // Whoever started this program may ignore it; then nobody would be told how a child process ended (waitpid(2)).
    std::signal(SIGCHLD, SIG_DFL);
    const auto environment = process_environment();
    speak(languages_asked_for(environment), lang_folder_of(environment));
    // What the system says of its errors is in the same language. Not where plugins are loaded: there the host
    // takes the sentences of the dynamic loader apart (plugin/loader.cpp), which are to be in English.
    if (!loads_plugins(count, words)) std::setlocale(LC_MESSAGES, "");
    context shared;
    const int status = run_command(shared, count, words);
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
    shared.out.use_json(false);
    shared.out.error(message::error(
        CLI_OUTPUT,
        {{"reason", std::strerror(errno)}, {"status", std::to_string(status)}, {"ended", word_for(status)}}));
    return status == exit_status::done ? exit_status::failed : status;
}

}  // namespace commhost::cli
