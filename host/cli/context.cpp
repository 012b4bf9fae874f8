#include "cli/context.hpp"

#include "cli/language.hpp"

#include <cstdlib>

namespace commhost::cli {

std::vector<std::string> context::flag_words() const {
    std::vector<std::string> words;
    const auto add = [&words](const char* flag, const std::optional<std::string>& value) {
        if (value) words.insert(words.end(), {flag, *value});
    };
    add("--config", flags.configuration_file);
    add("--log-level", flags.log_level);
    add("--log-format", flags.log_format);
    add("--plugin-trust", flags.plugin_trust);
    add("--trusted-keys", flags.trusted_keys);
    for (const auto& root : flags.plugin_roots) words.insert(words.end(), {"--plugin-root", root});
    return words;
}

std::vector<std::string> context::worker_command() const {
    if (flags.database) ::setenv("COMMHOST_DATABASE", flags.database->c_str(), 1);
    std::vector<std::string> words{"/proc/self/exe"};
    const auto said = flag_words();
    words.insert(words.end(), said.begin(), said.end());
    words.emplace_back("worker");
    return words;
}

const cli::configuration& context::configuration() {
    if (!configuration_) {
        const auto environment = process_environment();
        configuration_ = read_configuration(flags, environment);
        if (const auto& folder = configuration_->host.lang_folder; folder != lang_folder_of(environment))
            speak(languages_asked_for(environment), folder);
    }
    return *configuration_;
}

worker::host& context::host() {
    if (!host_) host_ = std::make_unique<worker::host>(configuration().host);
    return *host_;
}

}  // namespace commhost::cli
