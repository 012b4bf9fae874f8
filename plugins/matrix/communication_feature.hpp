#pragma once

#include <core_communication/account_standing_provider.hpp>
#include <core_communication/communication_provider.hpp>
#include <core_communication/diagnostic_provider.hpp>
#include <core_communication/privacy_provider.hpp>
#include <core_communication/repair_provider.hpp>
#include <core_communication/room_adopt_provider.hpp>
#include <core_communication/room_archive_provider.hpp>
#include <core_communication/room_chat_provider.hpp>
#include <core_communication/room_user_provider.hpp>
#include <core_communication/synchronise_provider.hpp>
#include <core_communication/user_provider.hpp>

#include <memory>
#include <string_view>

namespace communication_matrix {

/// What the host sees of this plugin. Each function is one call to the class that does it.
class communication_feature final : public core_communication::communication_provider,
                                    public core_communication::user_provider,
                                    public core_communication::room_chat_provider,
                                    public core_communication::room_user_provider,
                                    public core_communication::synchronise_provider,
                                    public core_communication::diagnostic_provider,
                                    public core_communication::privacy_provider,
                                    public core_communication::room_archive_provider,
                                    public core_communication::room_adopt_provider,
                                    public core_communication::repair_provider,
                                    public core_communication::account_standing_provider {
  public:
    communication_feature();
    ~communication_feature() override;

    void load_for_instance(core_communication::processor& room) override;

    void create_members(std::span<const core_communication::user_id> userids) override;

    bool create_chat_room() override;
    bool update_chat_room() override;
    bool delete_chat_room() override;
    std::optional<std::string> generate_room_url() override;

    bool archive_chat_room() override;
    bool restore_chat_room() override;

    void adopt_chat_room(std::string_view address) override;

    void add_members_to_room(std::span<const core_communication::user_id> userids) override;
    void update_room_membership(std::span<const core_communication::user_id> userids) override;
    void remove_members_from_room(std::span<const core_communication::user_id> userids) override;

    void synchronise_room_members() override;

    std::vector<core_communication::diagnosis> diagnose() override;

    std::vector<core_communication::repair_offer>
    offer_repairs(std::span<const core_communication::diagnosis> found) override;
    core_communication::diagnosis repair(std::string_view id) override;

    std::vector<core_communication::personal_record> export_user_data(core_communication::user_id user) override;
    bool delete_user_data(core_communication::user_id user) override;

    std::string for_leavers() override;
    void update_accounts(std::span<const core_communication::account_standing> accounts) override;

  private:
    struct parts;
    std::unique_ptr<parts> parts_;
};

}  // namespace communication_matrix
