#include "cli/command_line.hpp"

#include "cli/codes.hpp"
#include "message/error.hpp"

#include <CLI/CLI.hpp>

#include <utility>

namespace commhost::cli {

namespace {

/// A list as a flag takes one value each time, so that the word behind it stays a command's.
bool is_flag(const std::string& name) { return name.starts_with('-'); }

template <typename Value>
argument add(CLI::App& to, const std::string& name, Value& into, std::string_view purpose) {
    return argument(*to.add_option(name, into, std::string(purpose)));
}

}  // namespace

const argument& argument::required() const {
    option_->required();
    return *this;
}

const argument& argument::placeholder(std::string_view word) const {
    option_->type_name(std::string(word));
    return *this;
}

const argument& argument::with_default() const {
    option_->capture_default_str();
    return *this;
}

const argument& argument::one_of(std::vector<std::string> words) const {
    option_->check(CLI::IsMember(std::move(words)));
    return *this;
}

const argument& argument::between(int lowest, int highest) const {
    option_->check(CLI::Range(lowest, highest));
    return *this;
}

const argument& argument::excludes(const argument& other) const {
    option_->excludes(other.option_);
    return *this;
}

command command::subcommand(const std::string& name, std::string_view purpose) const {
    application_->require_subcommand(1);
    return command(*application_->add_subcommand(name, std::string(purpose)));
}

command command::hidden(const std::string& name) const {
    return command(*application_->add_subcommand(name)->group(""));
}

argument command::option(const std::string& name, std::string& into, std::string_view purpose) const {
    return add(*application_, name, into, purpose);
}

argument command::option(const std::string& name, std::optional<std::string>& into, std::string_view purpose) const {
    return add(*application_, name, into, purpose);
}

argument command::option(const std::string& name, std::vector<std::string>& into, std::string_view purpose) const {
    auto* option = application_->add_option(name, into, std::string(purpose));
    if (is_flag(name)) option->take_all()->allow_extra_args(false);
    return argument(*option);
}

argument command::option(const std::string& name, int& into, std::string_view purpose) const {
    return add(*application_, name, into, purpose);
}

argument command::option(const std::string& name, std::int64_t& into, std::string_view purpose) const {
    return add(*application_, name, into, purpose);
}

argument command::flag(const std::string& name, bool& into, std::string_view purpose) const {
    return argument(*application_->add_flag(name, into, std::string(purpose)));
}

const command& command::examples(const std::vector<std::string>& lines) const {
    std::string text;
    for (const auto& line : lines) text += (text.empty() ? "Example: " : "\n         ") + line;
    application_->footer(text);
    return *this;
}

const command& command::runs(std::function<void()> work) const {
    application_->callback(std::move(work));
    return *this;
}

void wrong_usage_of(std::string_view reason) { throw message::error(CLI_USAGE, {{"reason", std::string(reason)}}); }

command_line::command_line(std::string_view name, std::string_view purpose, std::string_view version,
                           std::string_view closing)
    : application_(std::make_unique<CLI::App>(std::string(purpose), std::string(name))) {
    application_->set_version_flag("--version", std::string(version));
    application_->fallthrough();
    application_->footer(std::string(closing));
}

command_line::~command_line() = default;

command command_line::program() const { return command(*application_); }

std::optional<std::string> command_line::parse(int count, char** words) {
    try {
        application_->parse(count, words);
        return std::nullopt;
    } catch (const CLI::CallForHelp&) {
        return application_->help("", CLI::AppFormatMode::Normal);
    } catch (const CLI::CallForVersion& version) {
        return version.what();
    } catch (const CLI::ParseError& wrong) {
        // CLI11 misses the command it wanted before it looks at the word that stands in its place.
        const auto unknown = application_->remaining(true);
        if (wrong.get_name() == "RequiredError" && !unknown.empty())
            wrong_usage_of("there is no command '" + unknown.front() + "'");
        wrong_usage_of(wrong.what());
    }
}

}  // namespace commhost::cli
