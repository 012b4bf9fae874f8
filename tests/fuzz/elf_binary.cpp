// A plugin's library, read without loading it: its needs, its symbols and the ABI stamp.

#include "plugin/binary.hpp"

#include "expectation.hpp"
#include "memory_file.hpp"
#include "target.hpp"

#include <algorithm>

namespace commhost::fuzz {

void run(std::string_view input) {
    const memory_file file(input);
    plugin::binary read;
    plugin::binary again;
    const auto refused = refusal_of([&] { read = plugin::read_binary(file.path()); }, {"file"});
    expect(refused == refusal_of([&] { again = plugin::read_binary(file.path()); }, {"file"}),
           "a file is refused twice alike");
    if (!refused.empty()) return;

    expect(read.machine == again.machine && read.elf_class == again.elf_class &&
               read.shared_object == again.shared_object && read.needed == again.needed &&
               read.search_paths == again.search_paths && read.exported == again.exported &&
               read.process_unique == again.process_unique && read.stamp == again.stamp,
           "a file is read twice alike");
    expect(read.process_unique.size() <= read.exported.size(), "what is unique in the process is exported");
    static const auto own = plugin::own_requirement();
    for (const auto& problem : plugin::check_binary(read, own, "libcommunication_example.so"))
        expect_sound(problem.code, problem.arguments);
}

}  // namespace commhost::fuzz
