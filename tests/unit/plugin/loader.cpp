#include "plugin/loader.hpp"

#include "plugin/codes.hpp"
#include "plugin_fixtures.hpp"

#include <doctest/doctest.h>

#include <optional>

using namespace commhost;

namespace {

plugin::sealed_library library(const std::string& name) { return plugin::sealed_library(test::library(name)); }

message::error refusal(const std::string& name) {
    return test::thrown_by([&] { plugin::loaded_plugin(library(name)).create(); });
}

}  // namespace

TEST_CASE("an object offers the interfaces of its class and outlives the handle of its library") {
    std::optional<plugin::provider> provider;
    {
        const plugin::loaded_plugin loaded(library("good"));
        provider = loaded.create();
    }
    CHECK(provider->can().list() ==
          plugin::capability_list{plugin::capability::room_chat_provider, plugin::capability::room_user_provider});
    REQUIRE(provider->can().room_chat != nullptr);
    CHECK(provider->can().room_chat->create_chat_room());
    CHECK(provider->can().user == nullptr);
    provider.reset();
    CHECK(plugin::loaded_plugin(library("good")).create().can().list().size() == 2);
}

TEST_CASE("two plugins whose classes have the same names see nothing of each other") {
    const plugin::loaded_plugin first(library("same_class_name_a"));
    const plugin::loaded_plugin second(library("same_class_name_b"));
    const auto a = first.create();
    const auto b = second.create();
    REQUIRE(a.can().room_chat != nullptr);
    REQUIRE(b.can().room_chat != nullptr);
    a.can().room_chat->create_chat_room();
    a.can().room_chat->create_chat_room();
    b.can().room_chat->create_chat_room();
    CHECK(a.can().room_chat->generate_room_url() == "https://chat.example.org/a/2");
    CHECK(b.can().room_chat->generate_room_url() == "https://chat.example.org/b/1");
}

TEST_CASE("what keeps a library from being loaded is named") {
    const auto undefined = refusal("undefined_symbol");
    CHECK(undefined.code() == plugin::PLUGIN_SYMBOL_UNDEFINED);
    CHECK(test::argument(undefined.arguments(), "symbol") == "fixture::undefined_symbol::forgotten_function(int)");
    const auto missing = refusal("missing_library");
    CHECK(missing.code() == plugin::PLUGIN_NEEDED_MISSING);
    CHECK(test::argument(missing.arguments(), "needed") == "libnowhere.so");
    CHECK(refusal("no_such_plugin").code() == plugin::PLUGIN_BINARY_READ);
}

TEST_CASE("a factory that throws or gives nothing is an error of the host's own type") {
    const auto threw = refusal("factory_throws");
    CHECK(threw.code() == plugin::PLUGIN_FACTORY_THREW);
    CHECK(test::argument(threw.arguments(), "reason") == "no licence found");
    CHECK(refusal("factory_null").code() == plugin::PLUGIN_FACTORY_NULL);
}
