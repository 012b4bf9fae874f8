#pragma once

#include <string_view>
#include <vector>

namespace commhost::message {

/// One file lang/<language>/core_communication.json, as it was when the program was built.
struct built_in_language {
    std::string_view language;
    std::string_view json;
};

/// Every language of lang/; the source is made by CMakeLists.txt.
std::vector<built_in_language> built_in_languages();

}  // namespace commhost::message
