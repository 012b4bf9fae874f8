// It does not look for the room that it has made, and knows it by nothing but what it stored.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

#include <random>

namespace fixture::makes_second_room {

class communication_feature final : public rest_chat_provider {
  public:
    bool create_chat_room() override {
        if (room().value("room")) return rest_chat_provider::create_chat_room();
        auto name = std::string(room().room_key()) + "-";
        name += std::to_string(std::random_device()());
        require(send(core_communication::http_method::put, "/rooms/" + name, looks()));
        room().set_value("room", name);
        return true;
    }

  protected:
    std::string path() const override { return "/rooms/" + room().value("room").value_or("none"); }
};

}  // namespace fixture::makes_second_room

COMMUNICATION_FEATURE(fixture::makes_second_room::communication_feature);
