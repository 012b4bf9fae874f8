// It understands no answer but those of its own server, in an envelope that nobody else writes. What it would do with it is never seen.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::wants_envelope {

class communication_feature final : public rest_chat_provider {
  public:
    void create_members(users) override { opened(); }
    bool create_chat_room() override { return opened(); }
    bool update_chat_room() override { return opened(); }
    bool delete_chat_room() override { return opened(); }
    void add_members_to_room(users) override { opened(); }
    void update_room_membership(users) override { opened(); }
    void remove_members_from_room(users) override { opened(); }
    void synchronise_room_members() override { opened(); }
    bool archive_chat_room() override { return opened(); }
    bool restore_chat_room() override { return opened(); }
    void adopt_chat_room(std::string_view) override { opened(); }

  private:
    bool opened() const {
        const auto answer = send(core_communication::http_method::put, path(), looks());
        require(answer);
        if (answer.body.find("\"envelope\"") == std::string::npos)
            throw core_communication::provider_error(core_communication::failure::invalid, "no envelope");
        return true;
    }
};

}  // namespace fixture::wants_envelope

COMMUNICATION_FEATURE(fixture::wants_envelope::communication_feature);
