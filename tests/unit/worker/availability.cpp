#include "worker/availability.hpp"

#include "plugin/codes.hpp"
#include "worker/codes.hpp"
#include "worker/host_fixture.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace commhost;
using plugin::plugin_state;
using fixture = test::host_fixture;

namespace {

constexpr store::milliseconds_utc far = 4'102'444'800'000;  // 2100-01-01T00:00:00Z

plugin::setting needed(const std::string& name) {
    plugin::setting made;
    made.name = name;
    made.required = true;
    return made;
}

struct with_quarantines : fixture {
    std::optional<plugin::problem> why(const std::string& name) {
        return worker::why_unavailable(host(), found, plugin::quarantines_at(*host().database().borrow(), 1), name);
    }
};

}  // namespace

TEST_CASE("who is sound has nothing against it, be it newer than what is in use or quarantined") {
    plugin::plugin_entry entry;
    for (const auto state : {plugin_state::enabled, plugin_state::upgrade, plugin_state::quarantined}) {
        entry.state = state;
        CHECK_FALSE(worker::why_not_sound(&entry, "chat"));
    }
}

TEST_CASE("who is not sound is told with its state, and the first of its reasons where that is the reason") {
    CHECK(worker::why_not_sound(nullptr, "chat")->text() == "The provider 'chat' cannot be used, it is missing.");
    plugin::plugin_entry entry;
    entry.problems.emplace_back(plugin::PLUGIN_UNKNOWN, message::arguments{{"name", "first"}});
    entry.problems.emplace_back(plugin::PLUGIN_UNKNOWN, message::arguments{{"name", "second"}});
    const auto said = [&](plugin_state state) {
        entry.state = state;
        const auto why = worker::why_not_sound(&entry, "chat");
        REQUIRE(why);
        CHECK(why->code == worker::WORKER_PROVIDER);
        return why->text();
    };
    CHECK(said(plugin_state::refused)
              .starts_with("The provider 'chat' cannot be used, it is refused: There is no plugin 'first'."));
    CHECK(said(plugin_state::missing).find("it is missing: There is no plugin 'first'.") != std::string::npos);
    CHECK(said(plugin_state::disabled) == "The provider 'chat' cannot be used, it is disabled.");
    entry.problems.clear();
    CHECK(said(plugin_state::refused) == "The provider 'chat' cannot be used, it is refused.");
}

TEST_CASE_FIXTURE(with_quarantines, "a plugin that lacks settings is told with all of them") {
    auto& chat = find("chat");
    chat.settings.site = {needed("address"), needed("token"), plugin::setting()};
    chat.settings.site[2].name = "colour";
    REQUIRE(why("chat"));
    CHECK(why("chat")->code == worker::WORKER_SETTINGS);
    CHECK(why("chat")->text().find("address, token") != std::string::npos);
    CHECK(why("chat")->text().find("colour") == std::string::npos);
}

TEST_CASE_FIXTURE(with_quarantines,
                  "what the configuration says counts, and what the plugin does not take is a reason") {
    settings.configured["chat"]["address"] = "here";
    settings.configured["talk"]["unheard"] = "of";
    find("chat").settings.site = {needed("address")};
    find("talk");
    CHECK_FALSE(why("chat"));
    REQUIRE(why("talk"));
    CHECK(why("talk")->code == plugin::SETTING_UNKNOWN);
}

TEST_CASE_FIXTURE(with_quarantines, "a quarantine of this very version keeps a plugin from being used") {
    find("chat");
    CHECK_FALSE(why("chat"));
    hold("chat", far);
    REQUIRE(why("chat"));
    CHECK(why("chat")->code == plugin::PLUGIN_QUARANTINED);
    found.plugins.front().manifest->version = 2;
    CHECK_FALSE(why("chat"));
}

TEST_CASE_FIXTURE(fixture, "the required plugins that cannot be used are told, and no others") {
    settings.required_plugins = {"absent", "chat", "off"};
    find("chat");
    find("off", plugin_state::disabled);
    find("other", plugin_state::disabled);
    const auto down = worker::required_and_unavailable(host(), found, {});
    REQUIRE(down.size() == 2);
    CHECK(down.at("absent").find("it is missing") != std::string::npos);
    CHECK(down.at("off").find("it is disabled") != std::string::npos);
    CHECK(worker::is_required(host(), "chat"));
    CHECK_FALSE(worker::is_required(host(), "other"));
}
