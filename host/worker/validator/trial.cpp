#include "worker/validator/trial.hpp"

#include "communication/room_url.hpp"
#include "service/http_address.hpp"
#include "text/sha256.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace commhost::worker::validator {

namespace {

using core_communication::user_id;

/// The settings of one list, each url another one where that is wanted.
plugin::setting_values settings_for(const stage& on, const std::vector<plugin::setting>& schema,
                                    plugin::setting_texts texts, const std::string& every_url) {
    for (const auto& each : schema)
        if (!every_url.empty() && each.type == plugin::setting_type::url) texts[each.name] = every_url;
    return values_of(on.order().component, schema, texts);
}

service::secret_blanker blanker_for(const plugin::setting_values& site, const plugin::setting_values& room) {
    auto secrets = site.secret_texts();
    for (auto& each : room.secret_texts()) secrets.push_back(std::move(each));
    return service::secret_blanker(secrets);
}

std::set<std::string> origins_of(const plugin::setting_values& site) {
    std::set<std::string> origins;
    for (const auto& url : site.urls()) origins.insert(service::origin_of(url));
    return origins;
}

}  // namespace

std::size_t call_result::writes() const {
    return static_cast<std::size_t>(
        std::count_if(exchanges.begin(), exchanges.end(), [](const exchange& each) { return each.is_write(); }));
}

std::vector<user_id> call_result::unmarked() const {
    std::vector<user_id> left;
    for (const auto user : asked)
        if (!synced.contains(user) && !failed.contains(user)) left.push_back(user);
    return left;
}

bool call_result::reached_nobody() const {
    return !exchanges.empty() &&
           std::none_of(exchanges.begin(), exchanges.end(), [](const exchange& each) { return each.has_succeeded(); });
}

trial::trial(stage& on, core_communication::http_service& behind, const trial_options& options)
    : stage_(on), site_values_(settings_for(on, on.schema().site, on.order().settings.site, options.every_url)),
      room_values_(settings_for(on, on.schema().room, on.order().settings.room, options.every_url)),
      blank_(blanker_for(site_values_, room_values_)), site_(watcher_, site_values_), room_(watcher_, room_values_),
      strings_(watcher_, on.strings()), log_(watcher_, blank_),
      http_(watcher_, cancellation_, blank_, origins_of(site_values_), on.declared_fields()),
      processor_(watcher_, {site_, room_, strings_, http_, log_, cancellation_, blank_}, options.room_key,
                 options.without_room) {
    http_.lead_to(behind);
    for (const auto user : everybody) {
        processor_.add_person(person_of(user));
        auto picture = picture_of(user);
        auto digest = text::sha256(picture.bytes);
        processor_.set_picture_of(user, std::move(digest), std::move(picture));
        processor_.want(user, role_of(user));
    }
}

trial::~trial() {
    try {
        end_task();
    } catch (const std::exception&) {  // the report is closed, which the next line of it tells
    }
}

void trial::end_task() {
    if (!object_) return;
    watcher_.begin("destructor");
    stage_.report().doing("destructor");
    object_.reset();
    watcher_.end();
}

call_result trial::begin_task() {
    end_task();
    stage_.report().doing("communication_feature");
    object_.emplace(stage_.plugin().create());
    stage_.report().doing(to_string(method::load_for_instance));
    return make_call(method::load_for_instance, {}, {});
}

bool trial::has(method which) const { return object_ && stage_.tries(which); }

call_result trial::call(method which, std::string_view where, std::span<const user_id> users) {
    if (!has(which)) {
        call_result nothing;
        nothing.which = which;
        nothing.returned = true;
        return nothing;
    }
    stage_.report().doing(std::string(to_string(which)) + " (" + std::string(where) + ")");
    return make_call(which, where, users);
}

call_result trial::make_call(method which, std::string_view where, std::span<const user_id> users) {
    call_result result;
    result.which = which;
    if (judges_people(which)) result.asked = {users.begin(), users.end()};
    processor_.begin(which, users);
    watcher_.begin(to_string(which));
    try {
        run(which, users, result);
        result.returned = true;
        note_result(result, where);
    } catch (const core_communication::provider_error& refused) {
        const std::string said = refused.what();
        if (blank_(said) != said) watcher_.add(rule::secrets, blank_(said));
        result.refused = refused;
    } catch (const core_communication::task_cancelled&) {
        result.cancelled = true;
    } catch (const std::exception& failed) {
        result.threw = failed.what();
    } catch (...) {
        result.threw = "(no std::exception)";
    }
    watcher_.end();
    processor_.end();
    result.exchanges = http_.take_exchanges();
    requests_ += result.exchanges.size();
    result.synced = processor_.synced();
    result.failed = processor_.failed();
    result.members = processor_.remote_members();
    result.members_are_complete = processor_.remote_members_are_complete();
    return result;
}

void trial::note_result(const call_result& of, std::string_view where) {
    if (of.url && !communication::is_room_url(*of.url)) watcher_.add(rule::room_address, *of.url);
    if (of.url && blank_(*of.url) != *of.url) watcher_.add(rule::secrets, blank_(*of.url));
    if (of.which == method::synchronise_room_members && !processor_.remote_members())
        watcher_.add(rule::members_kept, where);
}

void trial::run(method which, std::span<const user_id> users, call_result& into) {
    const auto& can = object_->can();
    switch (which) {
        case method::load_for_instance: (*object_)->load_for_instance(processor_); return;
        case method::create_members: can.user->create_members(users); return;
        case method::create_chat_room: into.answer = can.room_chat->create_chat_room(); return;
        case method::adopt_chat_room: can.room_adopt->adopt_chat_room(address_); return;
        case method::update_chat_room: into.answer = can.room_chat->update_chat_room(); return;
        case method::generate_room_url: into.url = can.room_chat->generate_room_url(); return;
        case method::add_members_to_room: can.room_user->add_members_to_room(users); return;
        case method::update_room_membership: can.room_user->update_room_membership(users); return;
        case method::synchronise_room_members: can.synchronise->synchronise_room_members(); return;
        case method::remove_members_from_room: can.room_user->remove_members_from_room(users); return;
        case method::archive_chat_room: into.answer = can.room_archive->archive_chat_room(); return;
        case method::restore_chat_room: into.answer = can.room_archive->restore_chat_room(); return;
        case method::delete_chat_room: into.answer = can.room_chat->delete_chat_room(); return;
        case method::diagnose: into.findings = can.diagnostic->diagnose(); return;
        case method::offer_repairs:
            into.findings = can.diagnostic->diagnose();
            into.offers = can.repair->offer_repairs(into.findings);
            return;
        case method::repair: run_repair(into); return;
        case method::update_accounts: run_standing(users, into); return;
        case method::export_user_data:
            for (const auto user : users) can.privacy->export_user_data(user);
            return;
        case method::delete_user_data:
            for (const auto user : users) into.answer = can.privacy->delete_user_data(user);
            return;
    }
}

void trial::run_repair(call_result& into) {
    const auto& can = object_->can();
    auto ids = repairs_;
    if (!ids) {
        ids.emplace();
        for (auto& each : can.diagnostic->diagnose()) ids->push_back(std::move(each.id));
        ids->emplace_back(never_offered);
    }
    for (const auto& id : *ids) into.findings.push_back(can.repair->repair(id));
}

void trial::run_standing(std::span<const user_id> users, call_result& into) {
    auto& plugin = *object_->can().account_standing;
    into.for_leavers = plugin.for_leavers();
    const auto standing = standing_.value_or(std::pair(*into.for_leavers != "nothing", std::string()));
    const auto known = processor_.strict_processor::memory::accounts(users);
    std::vector<core_communication::account_standing> accounts;
    for (std::size_t at = 0; at < users.size(); ++at)
        accounts.push_back(
            {users[at], known[at].value_or(person_of(users[at]).username), standing.first, standing.second});
    plugin.update_accounts(accounts);
}

}  // namespace commhost::worker::validator
