// Gives a target files in the place of libFuzzer, so that every compiler and every test run does what a fuzzer once found.

#include "target.hpp"
#include "text/file_content.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <vector>

namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_input = std::size_t{16} << 20;

std::vector<fs::path> files_at(const fs::path& place) {
    if (!fs::is_directory(place)) return {place};
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(place)) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace

int main(int count, char** arguments) try {
    if (count < 2) {
        fmt::print(stderr, "usage: {} FILE|FOLDER...\n", arguments[0]);
        return 64;
    }
    std::size_t read = 0;
    commhost::fuzz::run({});
    for (int index = 1; index < count; ++index) {
        for (const auto& file : files_at(arguments[index])) {
            // Printed before, so that the last line names the input that ended the process.
            fmt::print("{}\n", file.string());
            std::fflush(stdout);
            commhost::fuzz::run(commhost::text::read_file(file, largest_input));
            ++read;
        }
    }
    fmt::print("{} inputs\n", read);
    return read == 0 ? 1 : 0;
} catch (const std::exception& thrown) {
    fmt::print(stderr, "fuzz: an exception left the target: {}\n", thrown.what());
    return 1;
}
