#include "worker/validator/rule_tests.hpp"

#include "worker/validator/network_guard.hpp"
#include "worker/validator/play.hpp"

#include <string>
#include <string_view>

namespace commhost::worker::validator {

namespace {

/// Every breach of a rule is a failure. phrase: has the values method and what.
void examine(stage& on, rule which, std::string_view phrase, verdict& found,
             void (verdict::*as)(std::string_view, message::arguments) = &verdict::fail) {
    for (const auto& each : play_everywhere(on).breaches)
        if (each.which == which) (found.*as)(phrase, {{"method", each.method}, {"what", each.what}});
}

}  // namespace

void examine_calling_thread(stage& on, verdict& found) {
    examine(on, rule::calling_thread, "validate_other_thread", found);
}

void examine_load_sends_nothing(stage& on, verdict& found) {
    examine(on, rule::load_sends_nothing, "validate_sends", found);
}

void examine_url_sends_nothing(stage& on, verdict& found) {
    examine(on, rule::url_sends_nothing, "validate_sends", found);
}

void examine_room_address(stage& on, verdict& found) {
    examine(on, rule::room_address, "validate_room_address", found);
}

void examine_own_servers(stage& on, verdict& found) {
    examine(on, rule::own_servers, "validate_foreign_server", found);
}

void examine_own_sockets(stage& on, verdict& found) {
    if (on.has_network()) {
        found.skip("validate_network_open");
        return;
    }
    play_everywhere(on);
    if (const auto number = sockets_refused(); number > 0)
        found.fail("validate_own_sockets", {{"number", std::to_string(number)}});
}

void examine_answer_limits(stage& on, verdict& found) {
    examine(on, rule::answer_limits, "validate_answer_limit", found);
}

void examine_declared_settings(stage& on, verdict& found) {
    examine(on, rule::settings, "validate_undeclared_setting", found);
}

void examine_declared_strings(stage& on, verdict& found) {
    examine(on, rule::strings, "validate_undeclared_string", found);
}

void examine_stored_values(stage& on, verdict& found) { examine(on, rule::values, "validate_value", found); }

void examine_verdicts(stage& on, verdict& found) { examine(on, rule::verdicts, "validate_strange_verdict", found); }

void examine_one_verdict(stage& on, verdict& found) {
    examine(on, rule::one_verdict, "validate_second_verdict", found);
}

void examine_accounts(stage& on, verdict& found) { examine(on, rule::accounts, "validate_account", found); }

void examine_members_read(stage& on, verdict& found) {
    for (const auto& each : play_everywhere(on).breaches) {
        if (each.which == rule::members) found.fail("validate_members_twice", {{"method", each.method}});
        if (each.which == rule::members_kept) found.fail("validate_members_kept", {{"world", each.what}});
    }
}

void examine_secrets_kept(stage& on, verdict& found) { examine(on, rule::secrets, "validate_secret", found); }

void examine_declared_data(stage& on, verdict& found) {
    examine(on, rule::personal_data, "validate_undeclared_data", found, &verdict::warn);
}

void examine_no_room(stage& on, verdict& found) { examine(on, rule::no_room, "validate_no_room", found); }

}  // namespace commhost::worker::validator
