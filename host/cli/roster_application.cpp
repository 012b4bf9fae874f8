#include "cli/roster_application.hpp"

#include "cli/codes.hpp"
#include "communication/leavers.hpp"
#include "communication/site.hpp"
#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "roster/codes.hpp"
#include "roster/last_read.hpp"
#include "roster/recorded_apply.hpp"
#include "text/descriptor.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <utility>

namespace commhost::cli {

namespace {

/// Those of whom it may say that they have left, or are back.
std::set<std::string> people_in(const directory::change_set& changes) {
    std::set<std::string> people(changes.users.deleted.begin(), changes.users.deleted.end());
    for (const auto* records : {&changes.users.inserted, &changes.users.updated})
        for (const auto& each : *records) people.insert(each.external_id);
    return people;
}

}  // namespace

directory_side read_side(context& shared, const std::string& source) {
    auto& host = shared.host();
    const auto now = host.clock().now();
    return host.database().transact([&](store::connection& on) {
        return directory_side{communication::site_id(on),
                              directory::read_stored(on, source),
                              directory::standing_members(on, source, now),
                              roster::held_of(on, source),
                              roster::last_complete_read(on, source),
                              communication::people_with_accounts(on)};
    });
}

roster::braked brake(context& shared, directory::change_set changes, const directory_side& side,
                     store::milliseconds_utc now) {
    return roster::brake(std::move(changes), side.stored, side.standing, shared.configuration().removals.limits,
                         communication::removals_paused_until(shared.host().settings().members, now), now,
                         side.with_accounts);
}

room_choice room_choice_of(context& shared, const std::optional<std::string>& given) {
    auto& host = shared.host();
    room_choice rooms{given.value_or(host.settings().default_provider),
                      given ? communication::chosen_by::command : communication::chosen_by::configuration};
    if (!rooms.provider.empty() && !host.registry().knows(*host.database().borrow(), rooms.provider))
        throw message::error(plugin::PLUGIN_UNKNOWN, {{"name", rooms.provider}});
    return rooms;
}

queued_rooms apply_changes(store::connection& on, const directory::change_set& changes, directory::change_set inverse,
                           const room_choice& rooms, const audit::origin& by, store::milliseconds_utc now,
                           const roster::before_apply& before) {
    roster::recorded_application applied{{}, by.cause};
    std::size_t not_kept = 0;
    if (!changes.empty()) {
        not_kept = roster::add_pictures(on, inverse);
        applied = roster::apply_recorded(on, changes, by, now);
        roster::keep_undo(on, {now, applied.cause, before, std::move(inverse)});
    }
    auto& concerned = applied.touched;
    // And what an earlier apply left without a room, because no provider was named then.
    if (!rooms.provider.empty()) {
        const auto left = communication::without_room(on);
        concerned.insert(concerned.end(), left.begin(), left.end());
        std::sort(concerned.begin(), concerned.end());
        concerned.erase(std::unique(concerned.begin(), concerned.end()), concerned.end());
    }
    const auto queued = communication::follow(on, concerned, rooms.provider, task::lane::roster, now, rooms.by);
    communication::follow_leavers(on, people_in(changes), now);
    return {queued, communication::without_room(on).size(), not_kept, std::move(applied.cause)};
}

void tell_without_room(const output& out, std::size_t number) {
    if (number == 0) return;
    const message::error why(CLI_NO_PROVIDER, {{"number", std::to_string(number)}});
    out.note(message::phrase("note", {{"text", why.text() + " " + why.advice()}}));
}

void tell_not_kept(const output& out, std::size_t pictures) {
    if (pictures == 0) return;
    const auto text = message::phrase("roster_pictures_not_kept", {{"number", std::to_string(pictures)}});
    out.note(message::phrase("note", {{"text", text}}));
}

void write_document(const std::optional<std::string>& file, const std::function<void(std::ostream&)>& write) {
    if (!file) return write(std::cout);
    const auto refuse = [&] {
        const std::string reason = std::strerror(errno);
        throw message::error(roster::ROSTER_WRITE, {{"file", *file}, {"reason", reason}});
    };
    const auto unfinished = *file + ".part";
    // Its owner's alone from the first byte on; whoever may write to the folder cannot have it lead elsewhere.
    std::remove(unfinished.c_str());
    if (!text::descriptor(::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)))
        refuse();
    std::ofstream to(unfinished, std::ios::binary);
    write(to);
    to.close();
    if (!to || std::rename(unfinished.c_str(), file->c_str()) != 0) {
        const int reason = errno;
        std::remove(unfinished.c_str());
        errno = reason;
        refuse();
    }
}

}  // namespace commhost::cli
