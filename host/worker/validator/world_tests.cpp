#include "worker/validator/world_tests.hpp"

#include "text/descriptor.hpp"
#include "worker/validator/judgement.hpp"
#include "worker/validator/play.hpp"
#include "worker/validator/real_http.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <set>
#include <system_error>

namespace commhost::worker::validator {

namespace {

using core_communication::failure;
using core_communication::testing::scripted_http;

/// What the world's refusals have to come out as.
std::optional<failure> kind_wanted(world where) {
    switch (where) {
        case world::no_network: return failure::unavailable;
        case world::rate_limit: return failure::rate_limited;
        case world::unauthorised: return failure::unauthorised;
        default: return std::nullopt;
    }
}

void judge_kind(world where, const call_result& each, verdict& found) {
    const auto wanted = kind_wanted(where);
    if (!wanted || !each.reached_nobody() || tells_failures(each.which)) return;
    for (const auto& [user, reason] : each.failed)
        if (reason.kind() != *wanted)
            found.fail("validate_wrong_kind_of_person", {{"method", std::string(to_string(each.which))},
                                                         {"found", core_communication::to_string(reason.kind())},
                                                         {"wanted", core_communication::to_string(*wanted)}});
    if (!each.refused) return;
    if (where == world::unauthorised && each.refused->kind() != *wanted) {
        found.fail("validate_token_refused", {{"method", std::string(to_string(each.which))},
                                              {"found", core_communication::to_string(each.refused->kind())}});
    } else if (each.refused->kind() != *wanted) {
        found.fail("validate_wrong_kind", {{"method", std::string(to_string(each.which))},
                                           {"found", core_communication::to_string(each.refused->kind())},
                                           {"wanted", core_communication::to_string(*wanted)}});
    } else if (*wanted == failure::rate_limited && !each.refused->wait()) {
        found.fail("validate_wait_lost", {{"method", std::string(to_string(each.which))}});
    }
}

void examine(world where, stage& on, verdict& found) {
    for (std::size_t variant = 0; variant < variants_of(where); ++variant)
        play(on, where, variant, [&](const call_result& each) {
            judge_ending(each, found);
            judge_kind(where, each, found);
        });
}

/// Whether such a call may not return: what no request got through for is nobody's own fault. A server that is there and forbids
/// it, or fails, may be said to do so of each person.
bool hides_outage_from_people(world where, const call_result& each) {
    if (each.synced.size() == each.asked.size()) return false;  // which is the business of nobody-synced-without-server
    return kind_wanted(where) || !each.unmarked().empty();
}

/// An address of this machine at which nobody listens and nobody else can begin to.
class closed_port {
  public:
    closed_port() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof at;
        auto* const address = reinterpret_cast<sockaddr*>(&at);
        if (!socket_ || ::bind(socket_.number(), address, size) != 0 ||
            ::getsockname(socket_.number(), address, &size) != 0)
            throw std::system_error(errno, std::generic_category());
        url_ = "http://127.0.0.1:" + std::to_string(ntohs(at.sin_port));
    }

    const std::string& url() const { return url_; }

  private:
    text::descriptor socket_;
    std::string url_;
};

}  // namespace

void examine_calm_world(stage& on, verdict& found) {
    std::set<method> called;
    std::set<method> done;
    play(on, world::calm, 0, [&](const call_result& each) {
        judge_ending(each, found);
        if (each.returned)
            for (const auto user : each.unmarked())
                found.fail("validate_unmarked", {{"method", std::string(to_string(each.which))},
                                                 {"what", std::to_string(static_cast<std::int64_t>(user))}});
        called.insert(each.which);
        if (each.has_succeeded()) done.insert(each.which);
    });
    if (on.order().settings.name_a_server) return;  // where they show what they do
    for (const auto which : called)
        if (!done.contains(which)) found.warn("validate_never_succeeded", {{"method", std::string(to_string(which))}});
}

void examine_no_network(stage& on, verdict& found) { examine(world::no_network, on, found); }
void examine_internal_error(stage& on, verdict& found) { examine(world::internal_error, on, found); }
void examine_rate_limit(stage& on, verdict& found) { examine(world::rate_limit, on, found); }
void examine_unauthorised(stage& on, verdict& found) { examine(world::unauthorised, on, found); }
void examine_forbidden(stage& on, verdict& found) { examine(world::forbidden, on, found); }
void examine_not_found(stage& on, verdict& found) { examine(world::not_found, on, found); }
void examine_garbage_body(stage& on, verdict& found) { examine(world::garbage_body, on, found); }
void examine_wrong_shape(stage& on, verdict& found) { examine(world::wrong_shape, on, found); }
void examine_empty_body(stage& on, verdict& found) { examine(world::empty_body, on, found); }
void examine_endless_body(stage& on, verdict& found) { examine(world::endless_body, on, found); }
void examine_lost_answer(stage& on, verdict& found) { examine(world::lost_answer, on, found); }

void examine_refused_connection(stage& on, verdict& found) {
    const closed_port port;
    service::http_settings settings;
    settings.tries = 1;
    real_http http(on.order().component, settings, {{port.url()}, {}, false});
    scripted_http calm(script_of(world::calm, 0, 0));
    for (const auto which : every_method) {
        trial room(on, calm, {.without_room = is_without_room(which), .every_url = port.url()});
        if (!is_without_room(which)) prepare(room);
        room.begin_task();
        room.http().lead_to(http.service());
        const auto result = room.call(which, "refused-connection");
        room.http().lead_to(calm);
        judge_ending(result, found);
        judge_kind(world::no_network, result, found);
    }
}

void examine_outage_told(stage& on, verdict& found) {
    for (const auto& [where, each] : play_everywhere(on).calls) {
        if (!is_outage(where) || !each.returned || !each.reached_nobody()) continue;
        const message::arguments what{{"method", std::string(to_string(each.which))},
                                      {"world", std::string(to_string(where))}};
        if (each.answer || (judges_people(each.which) && hides_outage_from_people(where, each)))
            found.fail("validate_outage_hidden", what);
        if (each.members && each.members_are_complete) found.fail("validate_outage_read", what);
    }
}

void examine_nobody_synced(stage& on, verdict& found) {
    for (const auto& [where, each] : play_everywhere(on).calls)
        if (is_outage(where) && each.reached_nobody() && !each.synced.empty())
            found.fail("validate_synced_without_server",
                       {{"method", std::string(to_string(each.which))}, {"world", std::string(to_string(where))}});
}

void examine_diagnosis(stage& on, verdict& found) {
    if (!on.can(plugin::capability::diagnostic_provider)) {
        found.skip("validate_no_capability", {{"capability", "diagnostic_provider"}});
        return;
    }
    for (const auto& [where, each] : play_everywhere(on).calls) {
        if (!tells_failures(each.which)) continue;
        const std::string method(to_string(each.which));
        if (each.which != validator::method::repair) judge_diagnosis_writes(each, found);
        judge_offers(each, found);
        if (each.refused)
            found.fail(
                "validate_diagnose_threw",
                {{"method", method}, {"world", std::string(to_string(where))}, {"reason", each.refused->what()}});
        else if (each.returned && each.findings.empty())
            found.fail("validate_diagnose_silent", {{"method", method}, {"world", std::string(to_string(where))}});
        if (each.which == validator::method::repair && each.returned &&
            each.findings.back().outcome != core_communication::diagnosis_outcome::skipped)
            found.fail("validate_repaired_anything", {{"id", std::string(never_offered)}});
    }
}

bool cancel(trial& room, method which, std::size_t number, std::string_view where, verdict& found) {
    room.begin_task();
    room.http().cancel_at(number);
    const auto result = room.call(which, where);
    const auto after = room.http().tried_after_cancellation();
    const bool was_told = room.http().has_told_of_cancellation();
    room.http().cancel_at(std::nullopt);
    if (!was_told) return false;
    const message::arguments what{{"method", std::string(to_string(which))}};
    if (after > 0) found.fail("validate_sent_after_cancellation", what);
    if (!result.cancelled) found.fail("validate_cancellation_swallowed", what);
    return true;
}

void examine_cancellation(stage& on, verdict& found) {
    constexpr std::size_t most_requests = 6;
    if (!live_calmly(on)) found.skip("validate_nothing_succeeded");
    for (const auto which : every_method) {
        for (std::size_t number = 0; number < most_requests; ++number) {
            scripted_http calm(script_of(world::calm, 0, 0));
            trial room(on, calm, {.without_room = is_without_room(which), .every_url = {}});
            if (!is_without_room(which)) prepare(room);
            if (!cancel(room, which, number, "cancellation", found)) break;
        }
    }
}

}  // namespace commhost::worker::validator
