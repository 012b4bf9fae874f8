#pragma once

#include <core_communication/account_standing_provider.hpp>
#include <core_communication/communication_provider.hpp>
#include <core_communication/diagnostic_provider.hpp>
#include <core_communication/privacy_provider.hpp>
#include <core_communication/processor.hpp>
#include <core_communication/repair_provider.hpp>
#include <core_communication/room_adopt_provider.hpp>
#include <core_communication/room_archive_provider.hpp>
#include <core_communication/room_chat_provider.hpp>
#include <core_communication/room_user_provider.hpp>
#include <core_communication/synchronise_provider.hpp>
#include <core_communication/user_provider.hpp>

#include <matrix/communication_feature.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fixture {

/// The Matrix plugin, which works with a real chat server. What goes wrong at work derives from it, and breaks one thing.
class matrix_provider : public core_communication::communication_provider,
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
    using users = std::span<const core_communication::user_id>;

    void load_for_instance(core_communication::processor& room) override {
        room_ = &room;
        matrix_.load_for_instance(room);
    }

    void create_members(users userids) override { matrix_.create_members(userids); }

    bool create_chat_room() override { return matrix_.create_chat_room(); }
    bool update_chat_room() override { return matrix_.update_chat_room(); }
    bool delete_chat_room() override { return matrix_.delete_chat_room(); }
    std::optional<std::string> generate_room_url() override { return matrix_.generate_room_url(); }

    void add_members_to_room(users userids) override { matrix_.add_members_to_room(userids); }
    void update_room_membership(users userids) override { matrix_.update_room_membership(userids); }
    void remove_members_from_room(users userids) override { matrix_.remove_members_from_room(userids); }

    void synchronise_room_members() override { matrix_.synchronise_room_members(); }

    std::vector<core_communication::diagnosis> diagnose() override { return matrix_.diagnose(); }
    std::vector<core_communication::repair_offer>
    offer_repairs(std::span<const core_communication::diagnosis> found) override {
        return matrix_.offer_repairs(found);
    }
    core_communication::diagnosis repair(std::string_view id) override { return matrix_.repair(id); }

    std::vector<core_communication::personal_record> export_user_data(core_communication::user_id user) override {
        return matrix_.export_user_data(user);
    }
    bool delete_user_data(core_communication::user_id user) override { return matrix_.delete_user_data(user); }

    bool archive_chat_room() override { return matrix_.archive_chat_room(); }
    bool restore_chat_room() override { return matrix_.restore_chat_room(); }

    void adopt_chat_room(std::string_view address) override { matrix_.adopt_chat_room(address); }

    std::string for_leavers() override { return matrix_.for_leavers(); }
    void update_accounts(std::span<const core_communication::account_standing> accounts) override {
        matrix_.update_accounts(accounts);
    }

  protected:
    /// Whether this is the room that a fault is about, which its name says.
    bool is_the_room() const { return room_->wanted_room().name == "Room that is too much"; }

  private:
    communication_matrix::communication_feature matrix_;
    core_communication::processor* room_ = nullptr;
};

}  // namespace fixture
