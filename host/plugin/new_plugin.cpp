#include "plugin/new_plugin.hpp"

#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "plugin/name.hpp"
#include "plugin/plugin_template.hpp"
#include "text/descriptor.hpp"
#include "text/utf8.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <system_error>

namespace commhost::plugin {

namespace {

namespace fs = std::filesystem;

// What stands in the template for the plugin's own.
constexpr std::string_view name_there = "yourchat";
constexpr std::string_view title_there = "Yourchat";
constexpr std::string_view version_there = "2000010100";

std::string replace_all(std::string text, std::string_view what, std::string_view with) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
    return text;
}

std::string first_version_of(store::milliseconds_utc now) {
    const std::chrono::sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds(now)};
    const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(time)};
    return fmt::format("{:04}{:02}{:02}00", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                       static_cast<unsigned>(day.day()));
}

[[noreturn]] void refuse_writing(const fs::path& path, const std::error_code& why) {
    throw message::error(PLUGIN_NEW_WRITE, {{"path", path.string()}, {"reason", why.message()}});
}

std::error_code last_error() { return {errno, std::generic_category()}; }

void write_file(const fs::path& file, std::string_view content) {
    std::error_code failed;
    fs::create_directories(file.parent_path(), failed);
    if (failed) refuse_writing(file.parent_path(), failed);
    const text::descriptor opened(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (!opened) refuse_writing(file, last_error());
    if (const auto why = text::write_all(opened.number(), content)) refuse_writing(file, why);
    if (::fsync(opened.number()) != 0) refuse_writing(file, last_error());
}

/// A folder for what is not finished; gone in the end, with all in it.
class workshop {
  public:
    explicit workshop(const fs::path& within) {
        std::string name = (within / ".new-plugin-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) refuse_writing(within, last_error());
        path_ = name;
    }
    ~workshop() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    workshop(const workshop&) = delete;
    workshop& operator=(const workshop&) = delete;

    const fs::path& path() const { return path_; }

  private:
    fs::path path_;
};

/// All that is in one folder into another, which has nothing of these names; back again when one cannot be moved.
void move_entries(const fs::path& from, const fs::path& to) {
    std::vector<fs::path> moved;
    for (const auto& entry : fs::directory_iterator(from)) {
        const auto goal = to / entry.path().filename();
        std::error_code failed;
        fs::rename(entry.path(), goal, failed);
        if (!failed) {
            moved.push_back(goal);
            continue;
        }
        std::error_code ignored;
        for (const auto& each : moved) fs::remove_all(each, ignored);
        refuse_writing(goal, failed);
    }
}

}  // namespace

std::vector<new_file> new_plugin(std::string_view name, store::milliseconds_utc now) {
    if (!is_name(name)) throw message::error(PLUGIN_NEW_NAME, {{"name", text::printable(std::string(name), 100)}});
    std::string title(name);
    title.front() = static_cast<char>(title.front() - 'a' + 'A');
    const auto version = first_version_of(now);
    std::vector<new_file> files;
    for (const auto& each : plugin_template()) {
        auto content = replace_all(std::string(each.content), title_there, title);
        content = replace_all(std::move(content), version_there, version);
        files.push_back(
            {replace_all(std::string(each.path), name_there, name), replace_all(std::move(content), name_there, name)});
    }
    return files;
}

fs::path write_new_plugin(const fs::path& folder, const std::vector<new_file>& files) {
    auto whole = fs::absolute(folder).lexically_normal();
    if (!whole.has_filename()) whole = whole.parent_path();
    std::error_code failed;
    const auto there = fs::status(whole, failed);
    const bool is_there = fs::exists(there);
    if (is_there && !(fs::is_directory(there) && fs::is_empty(whole, failed) && !failed)) {
        if (failed) refuse_writing(whole, failed);
        throw message::error(PLUGIN_NEW_OCCUPIED, {{"path", whole.string()}});
    }
    const workshop unfinished(is_there ? whole : whole.parent_path());
    const auto made = unfinished.path() / "plugin";
    for (const auto& each : files) write_file(made / each.path, each.content);
    if (is_there) {
        move_entries(made, whole);
    } else {
        fs::rename(made, whole,
                   failed);  // never over somebody's files: a folder gives way to another only when it is empty
        if (failed) refuse_writing(whole, failed);
    }
    return whole;
}

}  // namespace commhost::plugin
