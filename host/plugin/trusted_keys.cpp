#include "plugin/trusted_keys.hpp"

#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "plugin/path_trust.hpp"
#include "text/ascii.hpp"
#include "text/file_content.hpp"
#include "text/utf8.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace commhost::plugin {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_key_bytes = 4096;
constexpr const char* key_suffix = ".pub";

trusted_key read_key(const fs::path& file) {
    try {
        trusted_key read{parse_minisign_key(text::read_file(file, most_key_bytes)), file};
        constexpr std::size_t longest = 200;
        read.key.comment = text::printable(read.key.comment, longest);
        return read;
    } catch (const minisign_fault& fault) {
        throw message::error(TRUST_KEY, {{"file", file.string()}, {"reason", fault.what()}});
    } catch (const std::system_error& failed) {
        throw message::error(TRUST_KEY, {{"file", file.string()}, {"reason", failed.code().message()}});
    }
}

[[noreturn]] void refuse_writing(const fs::path& file, const std::error_code& reason) {
    throw message::error(TRUST_KEYS_WRITE, {{"file", file.string()}, {"reason", reason.message()}});
}

std::error_code last_error() { return {errno, std::generic_category()}; }

/// Whole or not at all: a reader sees the old file or the new one.
void write_whole(const fs::path& file, std::string_view content) {
    const auto unfinished = file.parent_path() / (".new." + file.filename().string());
    text::descriptor open_file(::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644));
    if (open_file.number() < 0) refuse_writing(unfinished, last_error());
    // The umask may have taken the others' right to read, and this is no secret.
    std::error_code why;
    if (::fchmod(open_file.number(), 0644) != 0) why = last_error();
    if (!why) why = text::write_all(open_file.number(), content);
    if (!why && (::fsync(open_file.number()) != 0 || ::rename(unfinished.c_str(), file.c_str()) != 0))
        why = last_error();
    if (why) {
        ::unlink(unfinished.c_str());
        refuse_writing(file, why);
    }
}

}  // namespace

trusted_keys::trusted_keys(fs::path folder, std::vector<uid_t> owners)
    : folder_(std::move(folder)), owners_(std::move(owners)) {}

std::vector<trusted_key> trusted_keys::read(std::vector<problem>& problems) const {
    std::error_code failed;
    if (fs::status(folder_, failed).type() == fs::file_type::not_found) return {};
    std::vector<fs::path> files;
    try {
        trusted_root(folder_, owners_);
        for (auto entry = fs::directory_iterator(folder_, failed); !failed && entry != fs::directory_iterator();
             entry.increment(failed))
            if (entry->path().extension() == key_suffix && !entry->path().filename().string().starts_with('.'))
                files.push_back(entry->path());
        if (failed) throw message::error(TRUST_KEY, {{"file", folder_.string()}, {"reason", failed.message()}});
    } catch (const message::error& unusable) {
        problems.emplace_back(unusable);
        return {};
    }
    std::sort(files.begin(), files.end());
    std::vector<trusted_key> keys;
    for (const auto& file : files) {
        try {
            const auto real = resolved_path(file);  // a link may lead anywhere; what counts is who can write there
            if (real != folder_ / file.filename()) trusted_root(real.parent_path(), owners_);
            trusted_entry(real, status_of(real), owners_);
            keys.push_back(read_key(file));
        } catch (const message::error& unusable) {  // one bad file does not take the other keys away
            problems.emplace_back(unusable);
        }
    }
    return keys;
}

bool trusted_keys::add(const fs::path& file, trusted_key& added) {
    const auto given = read_key(file);
    std::vector<problem> ignored;  // of other files, which 'list' tells
    for (const auto& each : read(ignored)) {
        if (each.key.id != given.key.id) continue;
        if (each.key.key != given.key.key)
            throw message::error(TRUST_KEY,
                                 {{"file", file.string()},
                                  {"reason", message::phrase("reason_key_taken",
                                                             {{"id", given.key.id}, {"file", each.file.string()}})}});
        added = each;
        return false;
    }
    std::error_code failed;
    if (!fs::exists(folder_, failed)) {
        fs::create_directories(folder_, failed);
        if (!failed) fs::permissions(folder_, fs::perms(0755), failed);
        if (failed) refuse_writing(folder_, failed);
    }
    trusted_root(folder_, owners_);
    added = given;
    added.file = folder_ / (given.key.id + key_suffix);
    write_whole(added.file, text::read_file(file, most_key_bytes));
    return true;
}

std::vector<fs::path> trusted_keys::remove(std::string_view id) {
    std::vector<problem> ignored;
    std::vector<fs::path> removed;
    for (const auto& each : read(ignored)) {
        if (text::lower(each.key.id) != text::lower(id)) continue;
        std::error_code failed;
        fs::remove(each.file, failed);
        if (failed) refuse_writing(each.file, failed);
        removed.push_back(each.file);
    }
    if (removed.empty())
        throw message::error(TRUST_KEY_UNKNOWN, {{"id", text::printable(id, 100)}, {"folder", folder_.string()}});
    return removed;
}

}  // namespace commhost::plugin
