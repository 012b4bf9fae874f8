#include "communication_feature.hpp"

#include "accounts.hpp"
#include "adoption.hpp"
#include "archive.hpp"
#include "doctor.hpp"
#include "leavers.hpp"
#include "members.hpp"
#include "privacy.hpp"
#include "room.hpp"
#include "space.hpp"
#include "space_child.hpp"
#include "space_members.hpp"

namespace communication_matrix {

using core_communication::user_id;

struct communication_feature::parts {
    explicit parts(core_communication::processor& processor)
        : site(read_configuration(processor.site_settings())), server(processor.http(), site),
          remote(processor, server, site), the_space(processor, server, site, remote),
          in_space(processor, server, site, remote, the_space),
          people_in_space(processor, server, site, remote, the_space),
          the_room(processor, server, site, remote, in_space), the_members(processor, server, site, remote),
          the_accounts(processor, server, site, remote), the_archive(processor, server, site, remote),
          the_adoption(processor, server, site, remote), the_doctor(processor, server, site),
          the_privacy(processor, server, site), the_leavers(processor, server, site) {}

    configuration site;
    client server;
    remote_room remote;
    space the_space;
    space_child in_space;
    space_members people_in_space;
    room the_room;
    members the_members;
    accounts the_accounts;
    archive the_archive;
    adoption the_adoption;
    doctor the_doctor;
    privacy the_privacy;
    leavers the_leavers;
};

communication_feature::communication_feature() = default;
communication_feature::~communication_feature() = default;

void communication_feature::load_for_instance(core_communication::processor& room) {
    parts_ = std::make_unique<parts>(room);
}

void communication_feature::create_members(std::span<const user_id> userids) { parts_->the_accounts.create(userids); }

bool communication_feature::create_chat_room() { return parts_->the_room.create(); }
bool communication_feature::update_chat_room() {
    if (!parts_->the_room.update()) {
        // One that has moved is followed in the space as well, by the next call.
        if (!parts_->remote.has_moved()) parts_->in_space.leave();
        return false;
    }
    parts_->the_members.take_back_levels();
    if (parts_->in_space.follow() && parts_->people_in_space.take_in_everybody()) parts_->in_space.settle();
    return true;
}
bool communication_feature::delete_chat_room() {
    parts_->in_space.leave();
    return parts_->the_room.remove();
}
std::optional<std::string> communication_feature::generate_room_url() { return parts_->the_room.url(); }

bool communication_feature::archive_chat_room() { return parts_->the_archive.close(); }
bool communication_feature::restore_chat_room() { return parts_->the_archive.open(); }

void communication_feature::adopt_chat_room(std::string_view address) { parts_->the_adoption.adopt(address); }

void communication_feature::add_members_to_room(std::span<const user_id> userids) {
    // Before they are in the room: whatever stops us then, the next update puts them into the space.
    const bool was_settled = parts_->people_in_space.are_to_come(userids) && parts_->in_space.reopen();
    parts_->the_members.add(userids);
    if (parts_->people_in_space.take_in(userids) && was_settled) parts_->in_space.settle();
}
void communication_feature::update_room_membership(std::span<const user_id> userids) {
    parts_->the_members.update(userids);
}
void communication_feature::remove_members_from_room(std::span<const user_id> userids) {
    parts_->the_members.remove(userids);
}

void communication_feature::synchronise_room_members() { parts_->the_members.synchronise(); }

std::vector<core_communication::diagnosis> communication_feature::diagnose() { return parts_->the_doctor.diagnose(); }

std::vector<core_communication::repair_offer>
communication_feature::offer_repairs(std::span<const core_communication::diagnosis> found) {
    return parts_->the_doctor.offer_repairs(found);
}
core_communication::diagnosis communication_feature::repair(std::string_view id) {
    return parts_->the_doctor.repair(id);
}

std::vector<core_communication::personal_record> communication_feature::export_user_data(user_id user) {
    return parts_->the_privacy.export_data(user);
}
bool communication_feature::delete_user_data(user_id user) { return parts_->the_privacy.erase(user); }

std::string communication_feature::for_leavers() { return parts_->the_leavers.setting(); }
void communication_feature::update_accounts(std::span<const core_communication::account_standing> accounts) {
    parts_->the_leavers.update(accounts);
}

}  // namespace communication_matrix
