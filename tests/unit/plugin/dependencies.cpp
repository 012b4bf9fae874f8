#include "plugin/dependencies.hpp"

#include "plugin/name.hpp"
#include "plugin_fixtures.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace commhost;

namespace {

plugin::plugin_entry needing(const std::string& name, const std::vector<std::string>& needs) {
    plugin::plugin_entry entry;
    entry.name = name;
    entry.component = plugin::component_of(name);
    entry.state = plugin::plugin_state::enabled;
    entry.manifest.emplace();
    entry.manifest->version = 2026112200;
    for (const auto& needed : needs)
        entry.manifest->dependencies.push_back({plugin::component_of(needed), std::nullopt});
    return entry;
}

std::string order_of(const std::vector<plugin::plugin_entry>& plugins) {
    std::string names;
    for (const auto at : plugin::order_by_dependency(plugins).order) names += plugins[at].name;
    return names;
}

}  // namespace

TEST_CASE("a plugin comes behind what it depends on, else in the order given") {
    CHECK(order_of({needing("a", {}), needing("b", {}), needing("c", {})}) == "abc");
    CHECK(order_of({needing("a", {"c"}), needing("b", {}), needing("c", {"d"}), needing("d", {})}) == "dcab");
    CHECK(order_of({needing("a", {"absent"}), needing("b", {"a"})}) == "ab");
}

TEST_CASE("plugins that do not depend on each other are in one step") {
    using steps = std::vector<std::vector<std::size_t>>;
    const auto steps_of = [](const std::vector<plugin::plugin_entry>& plugins) {
        return plugin::order_by_dependency(plugins).steps;
    };
    CHECK(steps_of({}) == steps{});
    CHECK(steps_of({needing("a", {}), needing("b", {})}) == steps{{0, 1}});
    CHECK(steps_of({needing("a", {"c"}), needing("b", {}), needing("c", {"d"}), needing("d", {}),
                    needing("e", {"d"})}) == steps{{3, 1}, {2, 4}, {0}});
}

TEST_CASE("what one plugin needs is itself and what it depends on, over however many others") {
    using positions = std::vector<std::size_t>;
    const std::vector plugins{needing("a", {"c", "absent"}), needing("b", {}), needing("c", {"d"}),
                              needing("d", {"c"})};
    CHECK(plugin::needed_for(plugins, "a") == positions{0, 2, 3});
    CHECK(plugin::needed_for(plugins, "b") == positions{1});
    CHECK(plugin::needed_for(plugins, "absent").empty());
    CHECK(plugin::needed_for(plugins, "") == positions{0, 1, 2, 3});
}

TEST_CASE("a circle is named from each of its plugins, and who only leads into it is not in it") {
    const std::vector plugins{needing("a", {"b"}), needing("b", {"c"}), needing("c", {"b"}), needing("d", {"d"})};
    const auto found = plugin::order_by_dependency(plugins);
    CHECK(found.order.size() == 4);
    REQUIRE(found.circles.size() == 3);
    CHECK(found.circles.at(1) == "communication_b -> communication_c -> communication_b");
    CHECK(found.circles.at(2) == "communication_c -> communication_b -> communication_c");
    CHECK(found.circles.at(3) == "communication_d -> communication_d");
}

TEST_CASE("a long chain is ordered without running out of stack") {
    std::vector<plugin::plugin_entry> chain;
    for (int at = 0; at < 5000; ++at)
        chain.push_back(needing("p" + std::to_string(at), {"p" + std::to_string(at + 1)}));
    const auto found = plugin::order_by_dependency(chain);
    CHECK(found.order.front() == 4999);
    CHECK(found.order.back() == 0);
}

TEST_CASE("what a plugin needs must be there, be used and be new enough") {
    auto entry = needing("a", {"b"});
    entry.manifest->dependencies[0].version = 2026112201;
    const auto problem_with = [&](std::vector<plugin::plugin_entry> known) {
        auto checked = entry;
        plugin::check_dependencies(checked, known);
        return checked.problems.empty() ? "none" : std::string(checked.problems.at(0).code.id());
    };
    auto other = needing("b", {});
    CHECK(problem_with({}) == "PLUGIN_DEPENDENCY_MISSING");
    CHECK(problem_with({other}) == "PLUGIN_DEPENDENCY_VERSION");
    other.manifest->version = 2026112201;
    CHECK(problem_with({other}) == "none");
    other.state = plugin::plugin_state::disabled;
    CHECK(problem_with({other}) == "PLUGIN_DEPENDENCY_UNAVAILABLE");
}

TEST_CASE("who is used now and cannot do with an older version, or with none, is told with all that need it") {
    using names = std::vector<std::string>;
    std::vector plugins{needing("a", {}),        needing("any", {"a"}),
                        needing("newer", {"a"}), needing("above", {"newer"}),
                        needing("off", {"a"}),   needing("other", {"absent"})};
    for (auto& each : plugins) each.state = plugin::plugin_state::enabled;
    plugins[2].manifest->dependencies[0].version = 2026112201;
    plugins[4].manifest->dependencies[0].version = 2026112201;
    plugins[4].state = plugin::plugin_state::disabled;
    CHECK(plugin::refused_with(plugins, "a", 2026112201).empty());
    CHECK(plugin::refused_with(plugins, "a", 2026112200) == names{"newer", "above"});
    CHECK(plugin::refused_with(plugins, "a", std::nullopt) == names{"any", "newer", "above"});
    CHECK(plugin::refused_with(plugins, "above", std::nullopt).empty());
}
