// It gives its token away in every way that a plugin has of saying something.

#include <core_communication/diagnostic_provider.hpp>
#include <core_communication/export.hpp>
#include <core_communication/processor.hpp>
#include <core_communication/room_chat_provider.hpp>
#include <core_communication/room_user_provider.hpp>

#include <unistd.h>

#include <iostream>
#include <stdexcept>
#include <string>

namespace fixture::tells_secrets {

using core_communication::failure;
using core_communication::provider_error;

std::string quoted(std::string_view text) {
    std::string made = "\"";
    for (const char character : text) {
        if (character == '"' || character == '\\') made += '\\';
        made += character;
    }
    return made + '"';
}

class communication_feature final : public core_communication::communication_provider,
                                    public core_communication::room_chat_provider,
                                    public core_communication::room_user_provider,
                                    public core_communication::diagnostic_provider {
  public:
    void load_for_instance(core_communication::processor& room) override {
        room_ = &room;
        const auto token = room.site_settings().text("token");
        said_ = "the token " + token + " as JSON " + quoted(token) + " as part of a URL " +
                core_communication::percent_encode(token);
        room.log().log(core_communication::log_level::error, said_);
        std::cout << "to cout: " << said_ << std::endl;
        std::cerr << "to cerr: " << said_ << std::endl;
        // In two pieces, the second without an end.
        for (const auto& piece : {token.substr(0, 5), token.substr(5)})
            if (::write(STDOUT_FILENO, piece.data(), piece.size()) < 0) throw std::runtime_error("nothing is printed");
    }

    bool create_chat_room() override {
        if (is("refuses")) throw provider_error(failure::rejected, said_);
        if (is("throws")) throw std::runtime_error(said_);
        return true;
    }
    bool update_chat_room() override { return true; }
    bool delete_chat_room() override { return true; }
    std::optional<std::string> generate_room_url() override {
        if (!is("address")) return std::nullopt;
        return "https://chat.example.org/?" + core_communication::percent_encode(room_->site_settings().text("token"));
    }

    void add_members_to_room(std::span<const core_communication::user_id> users) override {
        for (const auto user : users) room_->mark_user_as_failed(user, provider_error(failure::rejected, said_));
    }
    void update_room_membership(std::span<const core_communication::user_id> users) override {
        room_->mark_users_as_synced(users);
    }
    void remove_members_from_room(std::span<const core_communication::user_id> users) override {
        room_->mark_users_as_synced(users);
    }

    std::vector<core_communication::diagnosis> diagnose() override {
        return {{"token", core_communication::diagnosis_outcome::failed, said_, said_}};
    }

  private:
    bool is(std::string_view name) const { return room_->owner().id == name; }

    core_communication::processor* room_ = nullptr;
    std::string said_;
};

}  // namespace fixture::tells_secrets

COMMUNICATION_FEATURE(fixture::tells_secrets::communication_feature);
