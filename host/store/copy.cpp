#include "store/copy.hpp"

#include "message/error.hpp"
#include "store/codes.hpp"
#include "text/descriptor.hpp"

#include <fcntl.h>
#include <libpq-fe.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace commhost::store {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& file, const std::string& reason) {
    throw message::error(STORE_COPY, {{"file", file.string()}, {"reason", reason}});
}

/// A file beside the one that is wanted, gone unless it gets that one's name.
class unfinished {
  public:
    explicit unfinished(const fs::path& wanted) : wanted_(wanted), name_(wanted.string() + ".XXXXXX") {
        if (::access(wanted.c_str(), F_OK) == 0) refuse(wanted, std::strerror(EEXIST));
        open_ = text::descriptor(::mkostemp(name_.data(), O_CLOEXEC));
        if (!open_) refuse(wanted, std::strerror(errno));
    }
    ~unfinished() {
        if (!name_.empty()) ::unlink(name_.c_str());
    }
    unfinished(const unfinished&) = delete;
    unfinished& operator=(const unfinished&) = delete;

    const std::string& name() const { return name_; }

    void finish() {
        const auto folder = wanted_.has_parent_path() ? wanted_.parent_path() : fs::path(".");
        const text::descriptor of_folder(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (::fsync(open_.number()) != 0 ||
            ::renameat2(AT_FDCWD, name_.c_str(), AT_FDCWD, wanted_.c_str(), RENAME_NOREPLACE) != 0)
            refuse(wanted_, std::strerror(errno));
        name_.clear();
        if (of_folder) ::fsync(of_folder.number());
    }

  private:
    fs::path wanted_;
    std::string name_;
    text::descriptor open_;
};

void copy_sqlite(connection& on, const fs::path& wanted, const std::string& into) {
    try {
        on.execute("vacuum into :file", {{"file", into}});
    } catch (const message::error& failed) {
        // What is said of a disk concerns the copy's: the database itself is only read.
        if (failed.code() != STORE_FULL && failed.code() != STORE_STATEMENT && failed.code() != STORE_READ_ONLY) throw;
        refuse(wanted, failed.arguments().front().second);
    }
}

/// This process's environment, with all that is known of the server as libpq's variables: the words of a process are there for
/// everybody to read, and a password may be among them.
std::vector<std::string> environment_for(const std::string& address) {
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
        PQconninfoParse(address.c_str(), nullptr), &PQconninfoFree);
    std::vector<std::string> lines;
    std::set<std::string, std::less<>> given;
    for (const auto* option = options.get(); option != nullptr && option->keyword != nullptr; ++option) {
        if (option->envvar == nullptr || option->val == nullptr) continue;
        lines.push_back(std::string(option->envvar) + "=" + option->val);
        given.insert(option->envvar);
    }
    for (char** line = ::environ; line != nullptr && *line != nullptr; ++line) {
        const std::string_view variable(*line);
        if (!given.contains(variable.substr(0, variable.find('=')))) lines.emplace_back(variable);
    }
    return lines;
}

std::vector<char*> pointers_to(std::vector<std::string>& words) {
    std::vector<char*> pointers;
    for (auto& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    return pointers;
}

/// Its end, and what it said on standard error.
std::pair<int, std::string> ended(std::vector<std::string> words, std::vector<std::string> environment,
                                  const fs::path& wanted) {
    auto pipe = text::make_pipe();
    if (!pipe) refuse(wanted, std::strerror(errno));
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, pipe->write.number(), STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, pipe->write.number(), STDERR_FILENO);
    pid_t process = 0;
    const int failed = ::posix_spawnp(&process, words.front().c_str(), &actions, nullptr, pointers_to(words).data(),
                                      pointers_to(environment).data());
    ::posix_spawn_file_actions_destroy(&actions);
    if (failed == ENOENT) throw message::error(STORE_COPY_TOOL, {{"program", words.front()}});
    if (failed != 0) refuse(wanted, std::strerror(failed));
    pipe->write.close();
    std::string said;
    constexpr std::size_t kept = 4096;
    while (text::read_some(pipe->read.number(), said, kept)) continue;
    int status = 0;
    while (::waitpid(process, &status, 0) < 0 && errno == EINTR) continue;
    return {status, said};
}

void copy_postgresql(connection& on, const std::string& address, const fs::path& wanted, const std::string& into) {
    // In double quotes, so that no character of it is taken for a pattern's (PostgreSQL documentation, psql, "Patterns").
    const auto schema = on.scalar<std::string>("select '\"' || replace(current_schema(), '\"', '\"\"') || '\"'");
    const auto [status, said] = ended({"pg_dump", "--format=custom", "--no-password", "--no-owner",
                                       "--schema=" + schema.value_or("public"), "--file=" + into},
                                      environment_for(address), wanted);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) refuse(wanted, said.empty() ? "pg_dump" : said);
}

}  // namespace

void copy(const database& of, connection& on, const fs::path& file) {
    unfinished made(file);
    if (on.dialect() == dialect::sqlite) {
        copy_sqlite(on, file, made.name());
    } else {
        copy_postgresql(on, of.address(), file, made.name());
    }
    made.finish();
}

}  // namespace commhost::store
