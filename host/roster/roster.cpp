#include "roster/roster.hpp"

namespace commhost::roster {

using core_communication::room_role;

place roster::where(const origin& from) const {
    const std::string& file = files[from.file];
    const auto list = file.find('#');
    if (list == std::string::npos) return {file, from.line, {}};
    auto pointer = file.substr(list + 1) + std::to_string(from.line);
    if (from.group >= 0) pointer += "/groups/" + std::to_string(from.group);
    return {file.substr(0, list), 0, pointer};
}

role_table default_roles() {
    return {{"teacher", room_role::moderator},
            {"administrator", room_role::owner},
            {"aide", room_role::moderator},
            {"proctor", room_role::member},
            {"student", room_role::member}};
}

}  // namespace commhost::roster
