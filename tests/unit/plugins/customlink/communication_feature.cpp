#include "customlink/communication_feature.hpp"

#include <core_communication/testing/memory_processor.hpp>

#include <doctest/doctest.h>

#include <stdexcept>

namespace {

/// customlink makes no calls.
struct no_http final : core_communication::http_service {
    core_communication::http_response send(const core_communication::http_request&) override {
        throw std::logic_error("a request was sent");
    }
    void send_all(std::span<const core_communication::http_request>,
                  const std::function<void(std::size_t, const core_communication::http_outcome&)>&) override {
        throw std::logic_error("requests were sent");
    }
};

core_communication::testing::memory_settings with_url(const std::string& url) {
    core_communication::testing::memory_settings settings;
    settings.set("url", url);
    return settings;
}

}  // namespace

TEST_CASE("a custom link is the address in the room's settings") {
    no_http http;
    core_communication::testing::memory_processor room(http, "key-of-sixteen-c");
    room.set_room_settings(with_url("https://chat.example/physics"));
    communication_customlink::communication_feature provider;
    provider.load_for_instance(room);
    CHECK(provider.create_chat_room());
    CHECK(provider.update_chat_room());
    CHECK(provider.generate_room_url() == "https://chat.example/physics");
    CHECK(provider.delete_chat_room());
}

TEST_CASE("a custom link without an address says which setting is empty") {
    no_http http;
    core_communication::testing::memory_processor room(http, "key-of-sixteen-c");
    room.set_room_settings(with_url(""));
    communication_customlink::communication_feature provider;
    provider.load_for_instance(room);
    CHECK_FALSE(provider.generate_room_url().has_value());
    CHECK_THROWS_WITH_AS(provider.create_chat_room(),
                         "the room setting 'url' is empty; it is to hold the address of the room",
                         core_communication::provider_error);
}
