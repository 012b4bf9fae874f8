// Nothing is wrong with this one.

#include <core_communication/export.hpp>
#include <core_communication/processor.hpp>
#include <core_communication/room_chat_provider.hpp>
#include <core_communication/room_user_provider.hpp>

namespace fixture::good {

class communication_feature final : public core_communication::communication_provider,
                                    public core_communication::room_chat_provider,
                                    public core_communication::room_user_provider {
  public:
    using users = std::span<const core_communication::user_id>;

    void load_for_instance(core_communication::processor& room) override { room_ = &room; }

    bool create_chat_room() override { return true; }
    bool update_chat_room() override { return true; }
    bool delete_chat_room() override { return true; }
    std::optional<std::string> generate_room_url() override { return std::nullopt; }

    void add_members_to_room(users who) override { room_->mark_users_as_synced(who); }
    void update_room_membership(users who) override { room_->mark_users_as_synced(who); }
    void remove_members_from_room(users who) override { room_->mark_users_as_synced(who); }

  private:
    core_communication::processor* room_ = nullptr;
};

}  // namespace fixture::good

COMMUNICATION_FEATURE(fixture::good::communication_feature);
