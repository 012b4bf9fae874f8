// A homeserver's answer to /state: an array of events, read one at a time.

#include "expectation.hpp"
#include "matrix/array_reader.hpp"
#include "matrix/bounded_json.hpp"
#include "matrix/power_levels.hpp"
#include "matrix/room_state.hpp"
#include "target.hpp"

#include <core_communication/provider_error.hpp>

#include <boost/json.hpp>

#include <array>
#include <optional>
#include <string>

namespace commhost::fuzz {

namespace {

namespace json = boost::json;
namespace matrix = communication_matrix;
using core_communication::failure;
using core_communication::provider_error;
using core_communication::room_role;

template <class Work>
bool is_refused(Work&& work) {
    try {
        work();
        return false;
    } catch (const provider_error& refused) {
        expect(refused.kind() == failure::invalid, "an answer that is not whole is invalid");
        return true;
    }
}

std::size_t depth_of(const json::value& value) {
    std::size_t deepest = 0;
    if (const auto* array = value.if_array())
        for (const auto& each : *array) deepest = std::max(deepest, depth_of(each));
    if (const auto* object = value.if_object())
        for (const auto& [key, each] : *object) deepest = std::max(deepest, depth_of(each));
    return deepest + (value.is_structured() ? 1 : 0);
}

void check_elements(std::string_view input) {
    json::array elements;
    const bool refused = is_refused(
        [&] { matrix::for_each_element(input, [&](const json::value& each) { elements.push_back(each); }); });
    for (const auto& each : elements)
        expect(depth_of(each) <= matrix::deepest_json, "what is nested too deep comes as null");

    // Boost's own parser, which builds the array as a whole, is the measure of all that is not too deep for it.
    json::error_code failed;
    json::parse_options options;
    options.max_depth = matrix::deepest_json;
    const auto whole = json::parse(input, failed, {}, options);
    if (failed == json::error::too_deep) return;
    expect(refused == (failed || !whole.is_array()), "an array is refused when it is not whole, and else taken");
    if (!refused) expect(whole.get_array() == elements, "each element comes, in order");
}

void check_merge(const matrix::power_levels& found) {
    constexpr std::string_view own = "@bot:x";
    const std::array changes{matrix::role_change{"@a:x", room_role::member, matrix::hand_set::replace},
                             matrix::role_change{"@b:x", room_role::moderator, matrix::hand_set::replace},
                             matrix::role_change{"@c:x", room_role::owner, matrix::hand_set::keep}};
    const matrix::role_levels levels;
    const auto merged = matrix::merge(found, changes, levels, own);
    const matrix::power_levels after(merged.content, found.creators());
    expect(after.of(own) == found.of(own), "our own level stays");
    const auto again = matrix::merge(after, changes, levels, own);
    expect(!again.changed, "changing roles a second time changes nothing");
    expect(again.out_of_reach == merged.out_of_reach, "who is out of reach stays so");
}

}  // namespace

void run(std::string_view input) {
    check_elements(input);
    std::optional<matrix::room_state> read;
    if (is_refused([&] { read = matrix::parse_room_state(input); })) return;
    const auto again = matrix::parse_room_state(input);
    expect(read->name == again.name && read->topic == again.topic && read->version == again.version &&
               read->members == again.members && read->levels.content() == again.levels.content(),
           "a state is read twice alike");
    expect(!read->version.empty(), "a room has a version");
    for (const auto& [account, how] : read->members) {
        expect(!account.empty(), "a member has an account");
        expect(read->has(account) && read->has_joined(account) == (how == matrix::membership::join),
               "a member is in the room as the state says");
    }
    check_merge(read->levels);
}

}  // namespace commhost::fuzz
