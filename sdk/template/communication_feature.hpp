#pragma once

#include "chat.hpp"

#include <core_communication/communication_provider.hpp>
#include <core_communication/diagnostic_provider.hpp>
#include <core_communication/processor.hpp>
#include <core_communication/room_chat_provider.hpp>
#include <core_communication/room_user_provider.hpp>
#include <core_communication/synchronise_provider.hpp>
#include <core_communication/user_provider.hpp>

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace communication_yourchat {

/// Rooms, accounts and members on a Yourchat server. The contract of each function stands in the header of its interface.
class communication_feature final : public core_communication::communication_provider,
                                    public core_communication::user_provider,
                                    public core_communication::room_chat_provider,
                                    public core_communication::room_user_provider,
                                    public core_communication::synchronise_provider,
                                    public core_communication::diagnostic_provider {
  public:
    void load_for_instance(core_communication::processor& room) override;

    void create_members(std::span<const core_communication::user_id> userids) override;

    bool create_chat_room() override;
    bool update_chat_room() override;
    bool delete_chat_room() override;
    std::optional<std::string> generate_room_url() override;

    void add_members_to_room(std::span<const core_communication::user_id> userids) override;
    void update_room_membership(std::span<const core_communication::user_id> userids) override;
    void remove_members_from_room(std::span<const core_communication::user_id> userids) override;

    void synchronise_room_members() override;

    std::vector<core_communication::diagnosis> diagnose() override;

  private:
    /// The room's id on the server: from the room's store, else looked for there.
    std::optional<std::string> find_room();
    /// As find_room, for what makes no sense without a room.
    std::string existing_room();
    /// Whose token it is.
    std::string own_account();
    /// Records the accounts that are there; missing: of whom there is none.
    void find_accounts(std::span<const core_communication::person> people,
                       std::vector<core_communication::person>& missing);
    void make_accounts(std::span<const core_communication::person> people);

    /// Sends the requests, one for each of the people, all at once, and gives each answer to take with the person's index. Whom an
    /// answer (or take) speaks against fails alone. What is nobody's fault is thrown in the end.
    void ask_for_each(std::span<const core_communication::user_id> people,
                      const std::vector<core_communication::http_request>& requests,
                      const std::function<void(std::size_t index, const answer& said)>& take);

    core_communication::processor* room_ = nullptr;
    std::optional<chat> chat_;
};

}  // namespace communication_yourchat
