#include "text/file_content.hpp"

#include "temporary_folder.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cerrno>
#include <fstream>
#include <string>
#include <system_error>

using namespace commhost;

namespace {

/// The system's number for why the file is refused; 0 when it is read.
int refused(const std::filesystem::path& file, std::size_t at_most) {
    try {
        text::read_file(file, at_most);
    } catch (const std::system_error& failed) {
        return failed.code().value();
    }
    return 0;
}

}  // namespace

TEST_CASE("a file is read whole, byte for byte, up to the limit") {
    const test::temporary_folder folder;
    const std::string content = "a\r\n" + std::string(200'000, '\0') + "\xFF";
    std::ofstream(folder.path() / "x", std::ios::binary) << content;
    CHECK(text::read_file(folder.path() / "x", content.size()) == content);
    CHECK(refused(folder.path() / "x", content.size() - 1) == EFBIG);
}

TEST_CASE("what is absent or no plain file is refused without being waited for") {
    const test::temporary_folder folder;
    CHECK(refused(folder.path() / "none", 1000) == ENOENT);
    CHECK(refused(folder.path(), 1000) == EINVAL);
    REQUIRE(::mkfifo((folder.path() / "pipe").c_str(), 0600) == 0);
    CHECK(refused(folder.path() / "pipe", 1000) == EINVAL);
}
