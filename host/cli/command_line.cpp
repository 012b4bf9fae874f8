#include "cli/command_line.hpp"

#include "cli/codes.hpp"
#include "message/catalogue.hpp"
#include "message/error.hpp"
#include "text/utf8.hpp"

#include <CLI/CLI.hpp>

#include <array>
#include <regex>
#include <utility>

namespace commhost::cli {

namespace {

using message::phrase;

/// A list as a flag takes one value each time, so that the word behind it stays a command's.
bool is_flag(const std::string& name) { return name.starts_with('-'); }

/// The words that CLI11's help consists of, and the phrases that stand in their place.
constexpr std::array<std::pair<const char*, const char*>, 10> help_labels{{{"Usage", "help_usage"},
                                                                           {"OPTIONS", "help_some_options"},
                                                                           {"SUBCOMMAND", "help_some_command"},
                                                                           {"SUBCOMMANDS", "help_some_command"},
                                                                           {"Positionals", "help_group_words"},
                                                                           {"REQUIRED", "help_required"},
                                                                           {"Excludes", "help_excludes"},
                                                                           {"TEXT", "placeholder_TEXT"},
                                                                           {"INT", "placeholder_INT"},
                                                                           {"TEXT ...", "placeholder_TEXT"}}};

void translate_help_flag(CLI::App& of) {
    of.set_help_flag("-h,--help", phrase("help_help"))->group(phrase("help_group_options"));
}

/// What CLI11 2.1 says of a wrong line (CLI/Error.hpp, CLI/Validators.hpp) in the reader's language. It has the
/// parts in no other form than its English sentence. One that is not known here stays as it is.
std::string translated(const std::string& said) {
    struct known_sentence {
        const char* pattern;
        const char* key;
        std::array<const char*, 4> names;
    };
    static constexpr std::array<known_sentence, 9> sentences{
        {{"A subcommand is required", "usage_command_required", {}},
         {"(.*) is required", "usage_required", {"name"}},
         {"The following arguments? (?:was|were) not expected: (.*)", "usage_unexpected", {"words"}},
         {"(.*): \\d+ required .* missing", "usage_value_missing", {"name"}},
         {"(.*) excludes (.*)", "usage_excludes", {"name", "other"}},
         {"(.*): (.*) not in \\{(.*)\\}", "usage_none_of", {"name", "value", "choices"}},
         {"(.*): Value (.*) not in range (.*) to (.*)", "usage_range", {"name", "value", "lowest", "highest"}},
         {"Could not convert: (.*) = (.*)", "usage_no_number", {"name", "value"}},
         {"(.*) was given a disallowed flag override", "usage_flag_value", {"name"}}}};
    for (const auto& each : sentences) {
        std::smatch found;
        if (!std::regex_match(said, found, std::regex(each.pattern))) continue;
        message::arguments values;
        for (std::size_t part = 1; part < found.size(); ++part)
            values.emplace_back(each.names.at(part - 1), found[part].str());
        return phrase(each.key, values);
    }
    return said;
}

/// The command that a line names, as far as it does: " room switch".
std::string words_of(const CLI::App& program) {
    std::string words;
    for (const auto* at = &program; !at->get_subcommands().empty();) {
        at = at->get_subcommands().front();
        words += " " + at->get_name();
    }
    return words;
}

message::error usage_error(std::string reason, std::string command) {
    return message::error(CLI_USAGE, {{"reason", std::move(reason)}, {"command", std::move(command)}});
}

template <typename Value>
argument add(CLI::App& to, const std::string& name, Value& into, std::string_view purpose) {
    return argument(*to.add_option(name, into, phrase(purpose)));
}

}  // namespace

const argument& argument::required() const {
    option_->required();
    return *this;
}

const argument& argument::placeholder(std::string_view word) const {
    option_->type_name(message::word_of("placeholder", word));
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
    auto* made = application_->add_subcommand(name, phrase(purpose));
    made->group(phrase("help_group_commands"));
    translate_help_flag(*made);
    return command(*made);
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
    auto* option = application_->add_option(name, into, phrase(purpose));
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
    return argument(*application_->add_flag(name, into, phrase(purpose)));
}

const command& command::examples(const std::vector<std::string>& lines) const {
    const auto label = phrase("help_example") + " ";
    const std::string indent(text::code_points(label).value_or(label.size()), ' ');
    std::string text;
    for (const auto& line : lines) text += (text.empty() ? label : "\n" + indent) + line;
    application_->footer(text);
    return *this;
}

const command& command::runs(std::function<void()> work) const {
    application_->callback(std::move(work));
    return *this;
}

void wrong_usage_of(std::string_view reason) { throw usage_error(std::string(reason), ""); }

command_line::command_line(std::string_view name, std::string_view purpose, std::string_view version,
                           std::string_view closing)
    : application_(std::make_unique<CLI::App>(phrase(purpose), std::string(name))) {
    for (const auto& [label, key] : help_labels) application_->get_formatter()->label(label, phrase(key));
    application_->option_defaults()->group(phrase("help_group_options"));
    translate_help_flag(*application_);
    application_->set_version_flag("--version", std::string(version), phrase("help_version"));
    application_->fallthrough();
    application_->footer(phrase(closing));
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
        const bool no_command = wrong.get_name() == "RequiredError" && !unknown.empty();
        throw usage_error(no_command ? phrase("usage_no_command", {{"word", unknown.front()}})
                                     : translated(wrong.what()),
                          words_of(*application_));
    } catch (const message::error& failed) {
        if (failed.code() != CLI_USAGE) throw;
        throw usage_error(failed.arguments().front().second, words_of(*application_));
    }
}

}  // namespace commhost::cli
