#include "cli/actor.hpp"
#include "cli/commands.hpp"
#include "cli/site.hpp"
#include "message/catalogue.hpp"
#include "task/queue.hpp"

#include <boost/json.hpp>

#include <memory>
#include <string>

namespace commhost::cli {

namespace {

namespace json = boost::json;

void record(store::connection& on, const char* action, const std::string& reason, store::milliseconds_utc now) {
    audit::subject about{audit::subject_kind::setting};
    about.name = "commhost/rooms";
    audit::record(on, {by_admin(reason), about, action}, now);
}

void tell(context& shared) {
    const auto off = site_off(shared);
    if (shared.out.json()) {
        shared.out.document(json::object{{"rooms", off ? "off" : "on"}, {"off", site_json(off)}});
        return;
    }
    shared.out.line(off ? site_text(*off) : message::phrase("site_is_on"));
}

void switch_off(context& shared, const std::string& reason) {
    auto& host = shared.host();
    host.database().transact([&](store::connection& on) {
        host.queue().pause(on, task::every_queue, std::nullopt, reason.empty() ? site_off_word : reason);
        record(on, "site_off", reason, host.clock().now());
    });
    tell(shared);
}

void switch_on(context& shared) {
    auto& host = shared.host();
    host.database().transact([&](store::connection& on) {
        if (!task::queue::pause_of_all(on, host.clock().now())) return;
        task::queue::resume(on, task::every_queue);
        record(on, "site_on", {}, host.clock().now());
    });
    tell(shared);
}

}  // namespace

std::optional<task::pause> site_off(context& shared) {
    return task::queue::pause_of_all(*shared.host().database().borrow(), shared.host().clock().now());
}

std::string site_text(const task::pause& off) {
    return message::phrase("site_is_off",
                           {{"since", time_text(off.since)}, {"reason", message::word_of("pause_reason", off.reason)}});
}

boost::json::value site_json(const std::optional<task::pause>& off) {
    if (!off) return nullptr;
    return json::object{{"since", time_json(off->since)}, {"reason", off->reason}};
}

void add_site_commands(const command& program, context& shared) {
    const auto site = program.subcommand("site", "help_site");
    const auto reason = std::make_shared<std::string>();
    site.subcommand("show", "help_site_show").examples({"commhost site show"}).runs([&shared] { tell(shared); });
    const auto off = site.subcommand("off", "help_site_off");
    off.option("--reason", *reason, "help_room_reason").placeholder("TEXT");
    off.examples({"commhost site off --reason 'the chat server moves house'"});
    off.runs([reason, &shared] { switch_off(shared, *reason); });
    site.subcommand("on", "help_site_on").examples({"commhost site on"}).runs([&shared] { switch_on(shared); });
}

}  // namespace commhost::cli
