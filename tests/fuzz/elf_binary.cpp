// A plugin's library, read without loading it: its needs, its symbols and the ABI stamp.

#include "expectation.hpp"
#include "plugin/binary_check.hpp"
#include "target.hpp"

#include <algorithm>

namespace commhost::fuzz {

void run(std::string_view input) {
    plugin::binary read;
    plugin::binary again;
    const auto refused = refusal_of([&] { read = plugin::read_binary(input, "library.so"); }, {"file"});
    expect(refused == refusal_of([&] { again = plugin::read_binary(input, "library.so"); }, {"file"}),
           "a file is refused twice alike");
    if (!refused.empty()) return;

    expect(read.kind == again.kind && read.shared_object == again.shared_object &&
               read.executable_stack == again.executable_stack && read.text_relocations == again.text_relocations &&
               read.writable_code == again.writable_code && read.needed == again.needed &&
               read.search_paths == again.search_paths && read.loads_others == again.loads_others &&
               read.loader_flags == again.loader_flags && read.exported == again.exported &&
               read.process_unique == again.process_unique && read.own_runtime == again.own_runtime &&
               read.stamp == again.stamp,
           "a file is read twice alike");
    expect(read.process_unique.size() <= read.exported.size(), "what is unique in the process is exported");
    expect(read.exported.size() <= input.size(), "a symbol takes at least a byte of the file");
    static const auto own = plugin::own_requirement();
    const auto problems = plugin::check_binary(read, own, "libcommunication_example.so");
    for (const auto& problem : problems) expect_sound(problem.code, problem.arguments);
    expect(read.stamp.has_value() || !problems.empty(), "nothing without a stamp goes on");
}

}  // namespace commhost::fuzz
