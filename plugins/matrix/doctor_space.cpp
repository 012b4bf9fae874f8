#include "doctor.hpp"
#include "room_state.hpp"
#include "space.hpp"

#include <optional>
#include <string>

namespace communication_matrix {

using core_communication::diagnosis_outcome;

diagnosis_outcome doctor::examine_space(values& with) {
    // The site's store is not ours to read here; the alias says the same.
    const auto alias = alias_of_space(own_account_, site_.server_name);
    const auto id = site_.space.empty() ? std::nullopt : server_.room_of(alias);
    with = {{"wanted", site_.space}, {"alias", alias}, {"why", site_.space.empty() ? "none" : "later"}};
    if (!id) return diagnosis_outcome::skipped;
    const auto answer = server_.read_state_as_admin(*id);
    std::optional<room_state> state;
    if (answer) state = parse_room_state(*answer);
    const auto name = state ? state->name : std::string();
    if (state && !state->has_joined(own_account_)) state.reset();
    const auto reason = reason_not_the_space(state, own_account_);
    with.emplace_back("room", *id);
    with.emplace_back("name", name);
    with.emplace_back("reason", reason);
    with.emplace_back("what", reason.empty() ? "name" : "taken");
    return reason.empty() && name == site_.space ? diagnosis_outcome::passed : diagnosis_outcome::warning;
}

}  // namespace communication_matrix
