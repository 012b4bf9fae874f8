#include "roster/package.hpp"

#include "message/error.hpp"
#include "roster/codes.hpp"
#include "text/ascii.hpp"
#include "text/file_content.hpp"

#include <zip.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <map>
#include <system_error>
#include <utility>
#include <vector>

namespace commhost::roster {

namespace {

constexpr std::string_view manifest_name = "manifest.csv";
constexpr std::size_t most_files = 10'000;
constexpr std::size_t deepest_folder = 3;

std::string megabytes(std::size_t bytes) { return std::to_string(bytes >> 20) + " MiB"; }

/// One file of a package: its folder within it ("", "export/2026"), its name, and what its owner finds it by.
struct listed {
    std::string folder;
    std::string name;
    std::uint64_t index = 0;
};

/// The files beside the manifest, by their names in lower case.
std::map<std::string, listed, std::less<>> beside_manifest(std::vector<listed> files, const std::string& package) {
    const auto depth = [](const listed& file) {
        return file.folder.empty() ? 0 : 1 + std::count(file.folder.begin(), file.folder.end(), '/');
    };
    const listed* manifest = nullptr;
    for (const auto& file : files) {
        if (text::lower(file.name) != manifest_name) continue;
        if (manifest != nullptr && depth(*manifest) == depth(file))
            throw message::error(ROSTER_FILE_TWICE, {{"file", file.name}, {"package", package}});
        if (manifest == nullptr || depth(file) < depth(*manifest)) manifest = &file;
    }
    if (manifest == nullptr) throw message::error(ROSTER_NO_MANIFEST, {{"package", package}});

    const std::string folder = manifest->folder;
    std::map<std::string, listed, std::less<>> found;
    for (auto& file : files) {
        if (file.folder != folder) continue;
        const auto name = file.name;
        if (!found.emplace(text::lower(name), std::move(file)).second)
            throw message::error(ROSTER_FILE_TWICE, {{"file", name}, {"package", package}});
    }
    return found;
}

class found_files : public package {
  public:
    std::optional<std::string> find(std::string_view lower_name) const override {
        const auto found = files_.find(lower_name);
        if (found == files_.end()) return std::nullopt;
        return found->second.name;
    }

  protected:
    const listed& file(const std::string& name) const { return files_.at(text::lower(name)); }

    std::map<std::string, listed, std::less<>> files_;
};

class folder_package final : public found_files {
  public:
    explicit folder_package(const std::filesystem::path& path) : path_(path) {
        std::vector<listed> files;
        std::error_code failed;
        for (auto at = std::filesystem::recursive_directory_iterator(path, failed);
             !failed && at != std::filesystem::recursive_directory_iterator(); at.increment(failed)) {
            if (at.depth() >= static_cast<int>(deepest_folder)) at.disable_recursion_pending();
            if (!at->is_regular_file(failed)) continue;
            auto folder = at->path().parent_path().lexically_relative(path).generic_string();
            if (folder == ".") folder.clear();
            files.push_back({std::move(folder), at->path().filename().string()});
            if (files.size() > most_files)
                throw message::error(ROSTER_SIZE,
                                     {{"file", path.string()}, {"limit", std::to_string(most_files) + " files"}});
        }
        if (failed) throw message::error(ROSTER_READ, {{"file", path.string()}, {"reason", failed.message()}});
        files_ = beside_manifest(std::move(files), path.string());
    }

    std::string read(const std::string& name) const override {
        const auto& chosen = file(name);
        return read_file(path_ / chosen.folder / chosen.name, largest_file);
    }

  private:
    std::filesystem::path path_;
};

class zip_package final : public found_files {
  public:
    explicit zip_package(const std::filesystem::path& path) : path_(path.string()) {
        int failed = 0;
        archive_.reset(zip_open(path.c_str(), ZIP_RDONLY, &failed));
        if (!archive_) {
            zip_error_t error;
            zip_error_init_with_code(&error, failed);
            std::string reason = zip_error_strerror(&error);
            zip_error_fini(&error);
            throw message::error(ROSTER_ZIP, {{"file", path_}, {"reason", std::move(reason)}});
        }
        const auto count = static_cast<std::uint64_t>(zip_get_num_entries(archive_.get(), 0));
        if (count > most_files)
            throw message::error(ROSTER_SIZE, {{"file", path_}, {"limit", std::to_string(most_files) + " files"}});
        std::vector<listed> files;
        for (std::uint64_t index = 0; index < count; ++index) {
            // ZIP_FL_ENC_RAW: names are only compared and shown, never used as a path.
            const char* name = zip_get_name(archive_.get(), index, ZIP_FL_ENC_RAW);
            if (name == nullptr) refuse(zip_strerror(archive_.get()));
            add(files, name, index);
        }
        files_ = beside_manifest(std::move(files), path_);
    }

    std::string read(const std::string& name) const override {
        const auto& chosen = file(name);
        zip_stat_t stat;
        zip_stat_init(&stat);
        // What the zip says of a member's size is only its word; the limits below count what really comes out.
        if (zip_stat_index(archive_.get(), chosen.index, 0, &stat) == 0 && (stat.valid & ZIP_STAT_SIZE) != 0 &&
            stat.size > largest_file)
            throw message::error(ROSTER_SIZE, {{"file", chosen.name}, {"limit", megabytes(largest_file)}});
        const std::unique_ptr<zip_file_t, close_file> opened(zip_fopen_index(archive_.get(), chosen.index, 0));
        if (!opened) refuse(chosen.name + ": " + zip_strerror(archive_.get()));
        std::string content;
        std::vector<char> buffer(std::size_t{1} << 18);
        for (;;) {
            const auto count = zip_fread(opened.get(), buffer.data(), buffer.size());
            if (count < 0) refuse(chosen.name + ": " + zip_file_strerror(opened.get()));
            if (count == 0) return content;
            content.append(buffer.data(), static_cast<std::size_t>(count));
            unpacked_ += static_cast<std::size_t>(count);
            if (content.size() > largest_file || unpacked_ > 4 * largest_file)
                throw message::error(ROSTER_SIZE, {{"file", chosen.name}, {"limit", megabytes(largest_file)}});
        }
    }

  private:
    struct close_archive {
        void operator()(zip_t* archive) const { zip_discard(archive); }
    };
    struct close_file {
        void operator()(zip_file_t* file) const { zip_fclose(file); }
    };

    [[noreturn]] void refuse(std::string reason) const {
        throw message::error(ROSTER_ZIP, {{"file", path_}, {"reason", std::move(reason)}});
    }

    void add(std::vector<listed>& files, std::string name, std::uint64_t index) const {
        std::replace(name.begin(), name.end(), '\\', '/');
        if (name.starts_with('/') || ("/" + name + "/").find("/../") != std::string::npos ||
            text::has_control_character(name))
            refuse(message::phrase("reason_path_out", {{"path", text::tidy(name)}}));
        const auto slash = name.rfind('/');
        if (slash == std::string::npos) {
            files.push_back({{}, std::move(name), index});
        } else if (slash + 1 < name.size() &&
                   static_cast<std::size_t>(std::count(name.begin(), name.end(), '/')) <= deepest_folder) {
            files.push_back({name.substr(0, slash), name.substr(slash + 1), index});
        }
    }

    std::string path_;
    std::unique_ptr<zip_t, close_archive> archive_;
    mutable std::size_t unpacked_ = 0;
};

}  // namespace

std::unique_ptr<package> open_package(const std::filesystem::path& path) {
    if (std::filesystem::is_directory(path)) return std::make_unique<folder_package>(path);
    return std::make_unique<zip_package>(path);
}

std::string read_file(const std::filesystem::path& path, std::size_t limit) {
    try {
        return text::read_file(path, limit);
    } catch (const std::system_error& failed) {  // the system's reason becomes a message that names the file
        if (failed.code().value() == EFBIG)
            throw message::error(ROSTER_SIZE, {{"file", path.filename().string()}, {"limit", megabytes(limit)}});
        throw message::error(ROSTER_READ, {{"file", path.string()}, {"reason", failed.code().message()}});
    }
}

}  // namespace commhost::roster
