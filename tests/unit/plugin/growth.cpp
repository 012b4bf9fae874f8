// How the contract grows (core_communication/communication_provider.hpp), across the border of a library.

#include "plugin/loader.hpp"
#include "plugin_fixtures.hpp"
#include "tomorrow.hpp"

#include <core_communication/testing/memory_processor.hpp>

#include <doctest/doctest.h>

using namespace commhost;

namespace {

class no_http final : public core_communication::http_service {
  public:
    core_communication::http_response send(const core_communication::http_request&) override { return {}; }
    void send_all(std::span<const core_communication::http_request>,
                  const std::function<void(std::size_t, const core_communication::http_outcome&)>&) override {}
};

/// A host of a later release.
class later_processor final : public core_communication::testing::memory_processor, public tomorrow::calendar_service {
  public:
    using memory_processor::memory_processor;
    std::string next_lesson() const override { return "Physics at nine"; }
};

plugin::sealed_library library(const std::string& name) { return plugin::sealed_library(test::library(name)); }

}  // namespace

TEST_CASE("a plugin that knows more than this host does without, and what both know works") {
    const plugin::loaded_plugin loaded(library("tomorrow"));
    const auto object = loaded.create();
    CHECK(object.can().list() == plugin::capability_list{plugin::capability::room_chat_provider});
    no_http http;
    core_communication::testing::memory_processor room(http, "room-key-of-the-test");
    object->load_for_instance(room);
    CHECK(room.value("lesson") == "no calendar in this host");
    REQUIRE(object.can().room_chat != nullptr);
    CHECK(object.can().room_chat->generate_room_url() == "https://chat.example/room");
}

TEST_CASE("a later host's service is found by a plugin that knows it") {
    const plugin::loaded_plugin loaded(library("tomorrow"));
    const auto object = loaded.create();
    no_http http;
    later_processor room(http, "room-key-of-the-test");
    object->load_for_instance(room);
    CHECK(room.value("lesson") == "Physics at nine");
}

TEST_CASE("a later host finds the capability, and an older plugin is seen not to have it") {
    const plugin::loaded_plugin newer(library("tomorrow"));
    const auto object = newer.create();
    auto* polls = dynamic_cast<tomorrow::poll_provider*>(&*object);
    REQUIRE(polls != nullptr);
    CHECK(polls->open_poll("Pizza?") == "asked: Pizza?");

    const plugin::loaded_plugin older(library("good"));
    CHECK(dynamic_cast<tomorrow::poll_provider*>(&*older.create()) == nullptr);
}
