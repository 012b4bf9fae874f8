#pragma once

#include "client.hpp"
#include "remote_room.hpp"

#include <core_communication/processor.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace communication_matrix {

/// Who is in the room and what they may do there: room_user_provider and synchronise_provider for Matrix.
class members {
  public:
    /// All must live longer.
    members(core_communication::processor& processor, client& server, const configuration& site, remote_room& remote);

    void add(std::span<const core_communication::user_id> userids);
    void update(std::span<const core_communication::user_id> userids);
    void remove(std::span<const core_communication::user_id> userids);
    void synchronise();

    /// Takes back the levels of ours that people have who are neither wanted nor in the room. All with a role have theirs from the
    /// room's beginning: whoever was wanted no more before they came in would keep it, for the day on which somebody invites
    /// them. One read and one write where there are such people, else none.
    void take_back_levels();

  private:
    struct known_user {
        core_communication::user_id user{};
        std::string account;
        core_communication::room_role role = core_communication::room_role::member;  ///< Wanted.
    };

    /// Those with an account; the others are marked as failed.
    std::vector<known_user> with_accounts(std::span<const core_communication::user_id> userids);
    /// The same, with the role that each is to have.
    std::vector<known_user> with_roles(std::span<const core_communication::user_id> userids);

    /// The room's state with our own changes, or as the server has it. Throws provider_error (conflict) when our
    /// account is not in the room.
    room_state& known_state();
    room_state& observed_state();

    /// Sends one request for each. Where answers were lost the room is read again and, of those for whom is_settled says no by what is
    /// known then, each is asked for once more. on_answer, with the person's index: as of send_for_each, which says what is thrown.
    void ask_for_each(const std::vector<known_user>& users,
                      const std::function<core_communication::http_request(const known_user&)>& request_of,
                      const std::function<void(std::size_t index, const core_communication::http_response&)>& on_answer,
                      const std::function<bool(const known_user&)>& is_settled);

    /// Joins those who are not in the room yet; returns those who then are and were not marked.
    std::vector<known_user> join(const std::vector<known_user>& users);

    /// Brings the power levels of these people in line, in one event, and marks them all.
    void settle_roles(const std::vector<known_user>& users, hand_set where_hand_set);

    /// Adds the roles of everybody else who is wanted and has none yet: they come with the same event.
    void include_later_roles(std::vector<role_change>& changes) const;

    /// Writes one event with the changes; the accounts that could not be changed, with the reason.
    std::map<std::string, core_communication::provider_error> change_levels(const std::vector<role_change>& changes);

    void kick(const std::vector<known_user>& users);

    core_communication::processor& processor_;
    client& server_;
    const configuration& site_;
    remote_room& remote_;
};

}  // namespace communication_matrix
