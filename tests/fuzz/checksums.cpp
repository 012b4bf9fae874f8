// A plugin's SHA256SUMS.

#include "plugin/checksums.hpp"

#include "expectation.hpp"
#include "target.hpp"

namespace commhost::fuzz {

void run(std::string_view input) {
    plugin::checksums read;
    const auto refused = refusal_of([&] { read = plugin::parse_checksums(input, "SHA256SUMS"); }, {"line"});
    if (!refused.empty()) return;
    expect(plugin::parse_checksums(plugin::to_text(read), "SHA256SUMS") == read, "what is read is written alike");
    expect(plugin::compare_checksums(read, read, "folder").empty(), "a folder agrees with its own checksums");
    for (const auto& [name, sum] : read) expect(sum.size() == 64 && !name.empty(), "a checksum belongs to a file");
    for (const auto& problem : plugin::compare_checksums(read, {}, "folder"))
        expect_sound(problem.code, problem.arguments);
}

}  // namespace commhost::fuzz
