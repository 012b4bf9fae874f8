#include "worker/validator/people.hpp"

#include "text/base64.hpp"
#include "worker/validator/random_text.hpp"

#include <cstdint>

namespace commhost::worker::validator {

namespace {

using core_communication::room_role;
using core_communication::user_id;

std::string numbered(std::string_view word, user_id user) {
    return std::string(word) + std::to_string(static_cast<std::int64_t>(user));
}

}  // namespace

core_communication::person person_of(user_id user) {
    return {user,
            numbered("commhost-validate-", user),
            "Validate " + numbered("Displaymark", user),
            numbered("Givenmark", user),
            numbered("Familymark", user),
            numbered("emailmark", user) + "@validate.example.org",
            {{"phone", numbered("+49 phonemark ", user)}, {"identifier", numbered("identifiermark", user)}}};
}

room_role role_of(user_id user) {
    constexpr std::array roles{room_role::owner, room_role::moderator, room_role::member};
    return roles.at(static_cast<std::size_t>(static_cast<std::int64_t>(user) - 1) % roles.size());
}

std::vector<std::pair<std::string, std::string>> marks_of(user_id user) {
    return {{"username", numbered("commhost-validate-", user)},
            {"display_name", numbered("Displaymark", user)},
            {"given_name", numbered("Givenmark", user)},
            {"family_name", numbered("Familymark", user)},
            {"email", numbered("emailmark", user)},
            {"phone", "phonemark"},
            {"identifier", numbered("identifiermark", user)},
            {"picture", numbered("picturemark", user)}};
}

core_communication::picture picture_of(user_id user) {
    auto made = picture();
    made.bytes += numbered("picturemark", user);  // which is behind the picture's own end
    return made;
}

std::string new_room_key() {
    // No digit follows the first word: commhost-validate-1 is somebody's name.
    return "validate-room-" + random_text();
}

core_communication::picture picture() {
    // One transparent pixel.
    constexpr std::string_view png =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5"
        "ErkJggg==";
    return {"image/png", text::from_base64(png).value()};
}

}  // namespace commhost::worker::validator
