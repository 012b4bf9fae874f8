#include "worker/validator/load_tests.hpp"

#include "worker/validator/stage.hpp"
#include "worker/validator/trial.hpp"
#include "worker/validator/world.hpp"

namespace commhost::worker::validator {

namespace {

/// A host loads every plugin again and again; what takes longer is felt.
constexpr std::chrono::milliseconds longest_load{100};

std::string names_without(const plugin::capability_list& list, const plugin::capability_list& other) {
    std::string names;
    for (const auto which : list)
        if (!plugin::has(other, which)) names += (names.empty() ? "" : ", ") + std::string(to_string(which));
    return names;
}

}  // namespace

void examine_load(stage& on, verdict& found) {
    if (on.load_time() > longest_load)
        found.warn("validate_load_time", {{"milliseconds", std::to_string(on.load_time().count())},
                                          {"most", std::to_string(longest_load.count())}});
}

void examine_capabilities(stage& on, verdict& found) {
    const auto& claimed = on.manifest().capabilities;
    if (const auto names = names_without(claimed, on.capabilities()); !names.empty())
        found.fail("validate_capability_absent", {{"names", names}});
    if (const auto names = names_without(on.capabilities(), claimed); !names.empty())
        found.fail("validate_capability_unclaimed", {{"names", names}});
    if (const auto alone = plugin::lonely(on.capabilities()))
        found.fail("validate_capability_alone",
                   {{"name", std::string(to_string(alone->has))}, {"needs", std::string(to_string(alone->needs))}});
}

void examine_factory(stage& on, verdict& found) {
    const auto one = on.plugin().create();
    const auto other = on.plugin().create();
    if (&*one == &*other) found.fail("validate_same_object");
}

void examine_unused_object(stage& on, verdict& /*found*/) {
    on.report().doing("destructor");
    on.plugin().create();
}

void examine_load_for_instance(stage& on, verdict& found) {
    for (const bool without_room : {false, true}) {
        core_communication::testing::scripted_http server(script_of(world::calm, 0, 0));
        trial room(on, server, {.without_room = without_room, .every_url = {}});
        const auto loaded = room.begin_task();
        if (loaded.refused)
            found.fail("validate_load_refused", {{"kind", core_communication::to_string(loaded.refused->kind())},
                                                 {"reason", loaded.refused->what()}});
        if (loaded.threw) found.fail("validate_threw", {{"method", "load_for_instance"}, {"reason", *loaded.threw}});
        if (loaded.cancelled) found.fail("validate_cancelled_itself", {{"method", "load_for_instance"}});
    }
}

}  // namespace commhost::worker::validator
