// A plugin's package as an archive, which an admin installs as root perhaps.

#include "expectation.hpp"
#include "memory_file.hpp"
#include "plugin/archive.hpp"
#include "plugin/folder_files.hpp"
#include "target.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace commhost::fuzz {

namespace {

namespace fs = std::filesystem;

/// A folder that is gone in the end.
class temporary_folder {
  public:
    temporary_folder() : path_((fs::temp_directory_path() / "commhost-fuzz-XXXXXX").string()) {
        expect(::mkdtemp(path_.data()) != nullptr, "a temporary folder can be made");
    }
    ~temporary_folder() { fs::remove_all(path_); }
    temporary_folder(const temporary_folder&) = delete;
    temporary_folder& operator=(const temporary_folder&) = delete;

    fs::path path() const { return path_; }

  private:
    std::string path_;
};

}  // namespace

void run(std::string_view input) {
    const memory_file file(input);
    const temporary_folder around;
    const auto into = around.path() / "into";
    plugin::package_writer writer(into, file.path());
    const auto refused = refusal_of([&] { plugin::unpack_archive(writer); }, {"source", "path"});
    for (const auto& entry : fs::directory_iterator(around.path()))
        expect(entry.path() == into, "nothing of an archive gets outside of its folder");
    // Refused or not: what it says is left of it can be looked at, and nobody else can write to it.
    plugin::list_files(into, [](const fs::path&, const struct stat& status) {
        expect(S_ISREG(status.st_mode) || S_ISDIR(status.st_mode), "an archive makes files and folders alone");
        expect((status.st_mode & 07022U) == 0, "nobody else can write to them");
    });
}

}  // namespace commhost::fuzz
