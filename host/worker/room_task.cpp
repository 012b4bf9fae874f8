#include "worker/room_task.hpp"

#include "communication/api.hpp"
#include "communication/codes.hpp"
#include "communication/erasure.hpp"
#include "communication/leavers.hpp"
#include "communication/mentions.hpp"
#include "communication/processor.hpp"
#include "communication/room.hpp"
#include "communication/room_archive.hpp"
#include "communication/room_removal.hpp"
#include "communication/room_rules.hpp"
#include "directory/instance.hpp"
#include "message/error.hpp"
#include "worker/caught.hpp"
#include "worker/erasure.hpp"
#include "worker/leavers.hpp"

#include <core_communication/cancellation.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace commhost::worker {

namespace {

using core_communication::log_level;

/// In code points: of what a plugin or its server says, so much is kept.
constexpr std::size_t longest_error = 1000;

std::optional<directory::instance> instance_of(store::connection& on, const communication::room& room) {
    auto found = directory::find_instance(on, room.instance);
    if (found) *found = communication::effective_instance(on, *std::move(found));
    return found;
}

}  // namespace

room_task::room_task(host& of, const provider_in_use& provider, service::http_engine& engine, std::string site)
    : host_(of), provider_(provider), engine_(engine), site_(std::move(site)),
      reconciler_(of.database(), of.clock(), of.settings().members) {}

void room_task::run(const task::leased_task& task, const service::stop& stop) {
    if (rooms_are_off()) return host_.queue().put_back(task);
    if (task.kind == communication::erase_kind) return erase_person(host_, provider_, engine_, task, stop);
    if (task.kind == communication::leavers_kind)
        return see_to_leavers(host_, provider_, engine_, task, stop, [&] {
            if (!rooms_are_off()) return true;
            host_.queue().put_back(task);
            return false;
        });
    communication::communication_id id{};
    try {
        id = communication::room_of(task.payload);
    } catch (const message::error& failed) {
        host_.queue().fail(task, {std::string(failed.code().id()), failed.text(), true});
        return;
    }
    service::secret_blanker blank(provider_.site_settings().secret_texts());
    const auto fail_without_secrets = [&](task::failure why) {
        why.text = blank(std::move(why.text));
        fail(task, id, std::move(why));
    };
    try {
        reconcile(task, id, stop, blank);
    } catch (const core_communication::task_cancelled&) {
        if (stop.requested() || !still_mine(task)) return;
        if (rooms_are_off()) return host_.queue().put_back(task);
        fail_without_secrets(caught(provider_.entry().name, 0));
    } catch (...) {
        fail_without_secrets(caught(provider_.entry().name, host_.clock().now()));
    }
}

void room_task::reconcile(const task::leased_task& task, communication::communication_id id, const service::stop& stop,
                          service::secret_blanker& blank) {
    // In this order: see reconciler::run.
    const auto room = communication::find_room(*host_.database().borrow(), id);
    auto instance = room ? instance_of(*host_.database().borrow(), *room) : std::nullopt;
    if (!instance || room->status == communication::room_status::held) {
        host_.queue().complete(task);
        return;
    }

    const auto& site_settings = provider_.site_settings();
    const auto room_settings = provider_.room_settings(id, instance->settings);
    auto secrets = site_settings.secret_texts();
    for (auto& secret : room_settings.secret_texts()) secrets.push_back(std::move(secret));
    blank = service::secret_blanker(secrets);
    service::plugin_logger log(host_.log(), {provider_.entry().component, id, static_cast<std::int64_t>(task.id)},
                               blank);
    service::account_http http(engine_, {site_settings.urls(), std::move(secrets), log.enabled(log_level::debug)}, stop,
                               log);
    const auto wanted_at = host_.clock().now();
    instance->name = communication::name_to_show(*room, *instance, host_.settings().members);
    communication::room_processor processor(
        {host_.database(), id, [&task](store::connection& on) { return task::queue::holds(on, task); }}, host_.clock(),
        site_, *room, *instance, reconciler_.wanted(*room, *instance, wanted_at),
        {site_settings, room_settings, provider_.strings(), http, log, stop, blank},
        {"worker", "task " + std::to_string(static_cast<std::int64_t>(task.id)), ""});
    const auto object = provider_.create();
    const auto& can = object.can();
    object->load_for_instance(processor);
    if (room->status == communication::room_status::deleting) {
        purge(task, *room, can.room_chat, processor.audit());
        return;
    }
    auto result = reconciler_.run(*room, *instance,
                                  {&*object, can.user, can.room_chat, can.room_user, can.synchronise, can.room_adopt},
                                  processor, [&] { return still_mine(task) && !rooms_are_off(); });
    if (result.overtaken) {
        host_.queue().complete(task);
        return;
    }
    if (rooms_are_off()) return host_.queue().put_back(task);
    if (result.room_ready)
        result.room_ready = communication::follow_archive(*room, can.room_archive, processor, host_.clock());
    log.log(log_level::info,
            message::phrase("room_brought_in_line", {{"room", instance->name},
                                                     {"made", std::to_string(result.accounts_made)},
                                                     {"updated", std::to_string(result.accounts_updated)},
                                                     {"added", std::to_string(result.added)},
                                                     {"roles", std::to_string(result.roles_changed)},
                                                     {"removed", std::to_string(result.removed)},
                                                     {"waiting", std::to_string(result.waiting)}}));
    finish(task, *room, result, wanted_at);
}

void room_task::purge(const task::leased_task& task, const communication::room& room,
                      core_communication::room_chat_provider* rooms, const communication::room_audit& audit) {
    if (rooms != nullptr && !rooms->delete_chat_room()) {
        const message::error why(communication::ROOM_NOT_GONE);
        fail(task, room.id, {std::string(why.code().id()), why.text(), false});
        return;
    }
    communication::fenced_database(host_.database(), room.id).transact([&](store::connection& on) {
        if (host_.queue().complete(on, task) == task::ending::lease_lost) return;
        communication::deleted_on_server(on, room, host_.clock().now());
        audit.record_room(on, "room_purged", host_.clock().now());
    });
    host_.log().write(log_level::info, {provider_.entry().component, room.id, static_cast<std::int64_t>(task.id)},
                      message::phrase("room_purged"));
}

bool room_task::rooms_are_off() {
    return task::queue::pause_of_all(*host_.database().borrow(), host_.clock().now()).has_value();
}

bool room_task::still_mine(const task::leased_task& task) {
    return task::queue::holds(*host_.database().borrow(), task);
}

/// As everything stands now, which may be otherwise than when the pass began; not within a pause.
std::optional<store::milliseconds_utc> room_task::purge_at(store::connection& on, const communication::room& of,
                                                           store::milliseconds_utc now) {
    const auto room = communication::find_room(on, of.id);
    const auto instance = room ? instance_of(on, *room) : std::nullopt;
    if (!instance) return std::nullopt;
    const auto rules = communication::rules_for(on, room->instance, host_.settings().members);
    auto end = communication::purge_at(*room, *instance, rules);
    if (const auto until = communication::removals_paused_until(rules, now); end && until) end = std::max(*end, *until);
    return end;
}

/// As everything stands now.
std::optional<store::milliseconds_utc> room_task::archive_at(store::connection& on, const communication::room& of) {
    const auto room = communication::find_room(on, of.id);
    const auto instance = room ? instance_of(on, *room) : std::nullopt;
    if (!instance) return std::nullopt;
    return communication::archive_at(*room, *instance,
                                     communication::rules_for(on, room->instance, host_.settings().members));
}

void room_task::finish(const task::leased_task& task, const communication::room& room,
                       const communication::reconcile_result& result, store::milliseconds_utc wanted_at) {
    if (!result.room_ready) {
        const message::error why(communication::ROOM_NOT_YET);
        fail(task, room.id, {std::string(why.code().id()), why.text(), false});
        return;
    }
    // Lost with the machine's power the task would be there still, and its next pass find all done.
    const auto close = [&](store::connection& on) {
        if (host_.queue().complete(on, task) == task::ending::lease_lost) return;
        const auto now = host_.clock().now();
        auto again =
            communication::next_pass(on, room, wanted_at, now, result.waiting > 0, result.removals_paused_until);
        if (const auto end = purge_at(on, room, now)) {
            if (*end <= now && communication::begin_purge(on, room, now)) return;
            again = again ? std::min(*again, *end) : end;
        }
        if (const auto end = archive_at(on, room)) {
            if (*end <= now && communication::begin_archive(on, room, now)) return;
            again = again ? std::min(*again, *end) : end;
        }
        if (!again) return;
        const std::array later{communication::reconcile_task({room.id, room.provider}, task::lane::periodic, again)};
        task::queue::enqueue(on, later, now);
    };
    communication::fenced_database(host_.database(), room.id).note(close);
}

void room_task::fail(const task::leased_task& task, communication::communication_id id, task::failure why) {
    const auto names = communication::names_in(*host_.database().borrow(), id);
    why.text = communication::shortened(why.text, names, longest_error);
    host_.log().write(log_level::warning, {provider_.entry().component, id, static_cast<std::int64_t>(task.id)},
                      communication::without_names(why.text, names, communication::nobody));
    communication::fenced_database(host_.database(), id).transact([&](store::connection& on) {
        if (host_.queue().retry(on, task, why) != task::ending::lease_lost) communication::set_failed(on, id, why.text);
    });
}

}  // namespace commhost::worker
