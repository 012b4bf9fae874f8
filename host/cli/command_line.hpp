#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace commhost::cli {

// The words of the command line, on top of CLI11. That library is all header and costs more to compile than
// everything else here together, so only command_line.cpp includes it.
//
// A purpose is the key of a phrase of the catalogue (lang/*/core_communication.json), and so is a placeholder that
// has one with "placeholder_" before it; the help is in the language that the process speaks when the line is made.

/// One word or flag that a command takes. A handle: valid as long as its command_line.
class argument {
  public:
    explicit argument(CLI::Option& option) : option_(&option) {}

    const argument& required() const;

    /// What the help shows for the value: FILE, or the phrase placeholder_FILE where there is one.
    const argument& placeholder(std::string_view word) const;

    /// The help shows the value that the variable has now.
    const argument& with_default() const;

    const argument& one_of(std::vector<std::string> words) const;
    const argument& between(int lowest, int highest) const;

    /// Not both.
    const argument& excludes(const argument& other) const;

  private:
    CLI::Option* option_;
};

/// A command, or a group of commands: whoever has a sub-command needs one to run. A handle: valid as long as its
/// command_line. The variables that words and flags are read into must live until parse() has returned.
class command {
  public:
    explicit command(CLI::App& application) : application_(&application) {}

    command subcommand(const std::string& name, std::string_view purpose) const;

    /// One that no help shows: for processes that the program starts of itself.
    command hidden(const std::string& name) const;

    /// name: "--like-this VALUE", or "WORD" for one that is known by its place. A list takes all words that are
    /// left, or as a flag one value each time it is given.
    argument option(const std::string& name, std::string& into, std::string_view purpose) const;
    argument option(const std::string& name, std::optional<std::string>& into, std::string_view purpose) const;
    argument option(const std::string& name, std::vector<std::string>& into, std::string_view purpose) const;
    argument option(const std::string& name, int& into, std::string_view purpose) const;
    argument option(const std::string& name, std::int64_t& into, std::string_view purpose) const;
    argument flag(const std::string& name, bool& into, std::string_view purpose) const;

    /// What the help ends with; one line each.
    const command& examples(const std::vector<std::string>& lines) const;

    /// Called once the whole line has been read, when this command is the one that was given.
    const command& runs(std::function<void()> work) const;

  private:
    CLI::App* application_;
};

/// A usage error: message::error CLI_USAGE with this reason.
[[noreturn]] void wrong_usage_of(std::string_view reason);

/// The whole line.
class command_line {
  public:
    /// purpose, closing: keys of phrases; closing is the last lines of the program's help.
    command_line(std::string_view name, std::string_view purpose, std::string_view version, std::string_view closing);
    ~command_line();
    command_line(const command_line&) = delete;
    command_line& operator=(const command_line&) = delete;

    /// The program itself; its flags may stand behind a command, too.
    command program() const;

    /// Reads the line and runs the command that it names. Gives the text to print when help or the version was
    /// asked for in place of a command. Throws message::error CLI_USAGE, and what the command throws.
    std::optional<std::string> parse(int count, char** words);

  private:
    std::unique_ptr<CLI::App> application_;
};

}  // namespace commhost::cli
