#include "audit/audit.hpp"
#include "cli/commands.hpp"
#include "cli/shown_audit.hpp"
#include "communication/erasure.hpp"
#include "communication/mentions.hpp"
#include "communication/person_record.hpp"
#include "communication/room.hpp"
#include "directory/erasure.hpp"
#include "directory/instance.hpp"
#include "directory/merging.hpp"
#include "directory/person.hpp"
#include "directory/picture.hpp"
#include "message/error.hpp"
#include "plugin/capability.hpp"
#include "plugin/registry.hpp"
#include "plugin/strings.hpp"
#include "roster/forgetting.hpp"
#include "worker/availability.hpp"
#include "worker/codes.hpp"
#include "worker/personal_export.hpp"

#include <core_communication/member.hpp>

#include <boost/json.hpp>

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace commhost::cli {

namespace {

namespace json = boost::json;
using communication::account_at;

json::value or_null(const std::optional<std::string>& text) { return text ? json::value(*text) : json::value(nullptr); }

/// What the store has as the text of a JSON document; null for none.
json::value stored_json(const std::string& text) { return text.empty() ? json::value(nullptr) : json::parse(text); }

json::object person_json(const directory::user_record& of) {
    json::object fields;
    for (const auto& [name, text] : of.fields) fields[name] = text;
    return {{"id", of.external_id},           {"username", of.username},         {"given_name", of.given_name},
            {"family_name", of.family_name},  {"display_name", of.display_name}, {"email", of.email},
            {"status", to_string(of.status)}, {"fields", std::move(fields)}};
}

/// As rosters write it; null for none.
json::value picture_json(store::connection& on, const directory::user_record& of) {
    const auto found = directory::find_picture(on, of.picture.value_or(""));
    if (!found) return nullptr;
    return json::value(directory::data_uri_of(found->content));
}

json::array memberships_json(store::connection& on, directory::user_id person) {
    json::array documents;
    for (const auto& each : directory::memberships_with(on, person)) {
        const auto instance = directory::find_instance(on, each.instance);
        documents.push_back(
            json::object{{"instance", instance ? directory::name_of(instance->key) : ""},
                         {"instance_name", instance ? instance->name : ""},
                         {"source", each.source},
                         {"reference", each.reference},
                         {"role", each.role},
                         {"room_role", directory::to_string(each.room_role)},
                         {"begins", time_json(each.begins)},
                         {"ends", time_json(each.ends)},
                         {"status", directory::to_string(each.status)},
                         {"all_groups", each.all_groups ? json::value(*each.all_groups) : json::value(nullptr)}});
    }
    return documents;
}

json::value presence_json(const std::optional<core_communication::presence>& of) {
    if (!of) return nullptr;
    switch (*of) {
        case core_communication::presence::joined: return "joined";
        case core_communication::presence::invited: return "invited";
        case core_communication::presence::left: return "left";
        case core_communication::presence::banned: break;
    }
    return "banned";
}

/// Also notes the providers of the rooms.
json::array rooms_json(store::connection& on, directory::user_id person, std::set<std::string>& providers) {
    json::array documents;
    for (const auto& each : communication::rooms_with(on, person)) {
        const auto room = communication::find_room(on, each.room);
        if (room) providers.insert(room->provider);
        documents.push_back(json::object{{"room", static_cast<std::int64_t>(each.room)},
                                         {"provider", room ? room->provider : ""},
                                         {"in_room", each.synced},
                                         {"leaving", each.leaving},
                                         {"role", directory::to_string(each.role)},
                                         {"presence", presence_json(each.presence)},
                                         {"attempts", each.attempts},
                                         {"reason", or_null(each.error)},
                                         {"reason_kind", or_null(each.error_kind)},
                                         {"reason_at", time_json(each.error_at)}});
    }
    return documents;
}

json::array accounts_json(std::span<const account_at> accounts) {
    json::array documents;
    for (const auto& each : accounts)
        documents.push_back(json::object{{"provider", each.provider},
                                         {"account", each.account},
                                         {"made_by_provider", each.made},
                                         {"former", each.former},
                                         {"picture_note", each.picture_note}});
    return documents;
}

/// The tasks that are about the person alone: erasures.
json::array tasks_json(worker::host& host, directory::user_id person) {
    json::array documents;
    const auto any = communication::erase_task("any", person);
    task::task_filter which;
    which.kind = any.kind;
    which.payload = any.payload;
    which.most = std::numeric_limits<std::int32_t>::max();
    for (const auto& each : host.queue().list(which)) {
        documents.push_back(json::object{{"task", static_cast<std::int64_t>(each.id)},
                                         {"kind", each.kind},
                                         {"provider", each.queue},
                                         {"state", task::name_of(each.state)},
                                         {"attempts", each.attempts},
                                         {"created", time_json(each.created)},
                                         {"due", time_json(each.due)},
                                         {"error", or_null(each.error_text)}});
    }
    return documents;
}

json::array kept_changes_json(store::connection& on, const std::string& external_id) {
    json::array documents;
    for (const auto& each : roster::changes_with(on, external_id)) {
        json::value held(nullptr);
        if (each.held) held = static_cast<std::int64_t>(*each.held);
        documents.push_back(json::object{{"kept_for", each.held ? "held" : "undo"},
                                         {"held", std::move(held)},
                                         {"source", each.source},
                                         {"at", time_json(each.at)},
                                         {"changes", stored_json(each.changes)},
                                         {"was", stored_json(each.was)}});
    }
    return documents;
}

json::array mentions_json(store::connection& on, const directory::user& person, std::span<const account_at> accounts) {
    json::array documents;
    for (const auto& each : communication::mentions_of(on, person, accounts)) {
        json::value number(nullptr);
        json::value instance(nullptr);
        if (each.number != 0) number = each.number;
        if (each.instance) {
            const auto found = directory::find_instance(on, *each.instance);
            instance = found ? directory::name_of(found->key) : "";
        }
        documents.push_back(json::object{{"in", to_string(each.in)},
                                         {"number", std::move(number)},
                                         {"instance", std::move(instance)},
                                         {"provider", each.provider},
                                         {"text", each.text}});
    }
    return documents;
}

json::array values_json(store::connection& on, std::span<const account_at> accounts) {
    json::array documents;
    for (const auto& each : communication::values_with(on, accounts)) {
        json::value room(nullptr);
        if (each.room) room = static_cast<std::int64_t>(*each.room);
        documents.push_back(json::object{{"provider", each.provider}, {"room", std::move(room)}, {"key", each.key}});
    }
    return documents;
}

json::array audit_json(store::connection& on, const directory::user& person, std::span<const account_at> accounts) {
    const auto rows = communication::audit_with(on, person, accounts);
    const shown_audit shown(on, rows);
    json::array documents;
    for (const auto& each : rows) documents.push_back(shown.document(each));
    return documents;
}

/// What the providers' manifests say that they send, in the reader's language.
json::array sent_json(context& shared, const std::set<std::string>& providers) {
    auto& host = shared.host();
    json::array documents;
    for (const auto& name : providers) {
        const auto entry = host.registry().find(name);
        if (!entry || !entry->manifest) {
            documents.push_back(json::object{{"provider", name}, {"destination", nullptr}, {"fields", nullptr}});
            continue;
        }
        const plugin::plugin_strings strings(
            plugin::with_overrides(entry->strings, host.settings().lang_folder, entry->component),
            message::catalogue::current().languages());
        for (const auto& [destination, fields] : entry->manifest->external_data) {
            json::object what;
            for (const auto& [field, purpose] : fields) what[field] = strings.get(purpose);
            documents.push_back(json::object{
                {"provider", name}, {"destination", strings.get(destination)}, {"fields", std::move(what)}});
        }
    }
    return documents;
}

/// What the provider's server holds; nothing of one that can tell nothing (privacy_provider).
std::optional<worker::personal_data> held_by(worker::host& host, directory::user_id person, const account_at& at) {
    const auto entry = host.registry().find(at.provider);
    if (entry && entry->manifest && !plugin::has(entry->manifest->capabilities, plugin::capability::privacy_provider))
        return std::nullopt;
    if (const auto why = worker::why_not_sound(entry ? &*entry : nullptr, at.provider))
        return worker::personal_data{{}, why->text()};
    return worker::export_personal_data(host, *entry, person, at.account);
}

/// A reason may be sentences of its own.
std::string without_full_stop(std::string text) {
    while (text.ends_with('.')) text.pop_back();
    return text;
}

json::array held_json(context& shared, directory::user_id person, std::span<const account_at> accounts) {
    json::array documents;
    for (const auto& each : accounts) {
        const auto held = held_by(shared.host(), person, each);
        if (!held) continue;
        json::object made{{"provider", each.provider}, {"account", each.account}, {"asked", held->refusal.empty()}};
        if (held->refusal.empty()) {
            json::array records;
            for (const auto& [name, content] : held->records)
                records.push_back(json::object{{"name", name}, {"content", json::parse(content)}});
            made["records"] = std::move(records);
        } else {
            const message::error why(worker::WORKER_EXPORT,
                                     {{"plugin", each.provider}, {"reason", without_full_stop(held->refusal)}});
            shared.out.note(why.text());
            shared.status = exit_status::changes_pending;
            made["code"] = std::string(why.code().id());
            made["reason"] = held->refusal;
        }
        documents.push_back(std::move(made));
    }
    return documents;
}

json::value erasure_json(const std::optional<directory::erasure>& of) {
    if (!of) return nullptr;
    return json::object{{"asked", time_json(of->asked)}, {"done", time_json(of->done)}};
}

/// All that there is about one person of the directory. Also notes the providers.
json::object record_json(context& shared, const directory::user& person, std::set<std::string>& providers) {
    auto& host = shared.host();
    const auto accounts = communication::accounts_with(*host.database().borrow(), person.id);
    for (const auto& each : accounts) providers.insert(each.provider);
    json::object record;
    {
        const auto on = host.database().borrow();
        json::array sources;
        for (const auto& each : directory::sources_with(*on, person.id)) sources.emplace_back(each);
        record["number"] = static_cast<std::int64_t>(person.id);
        record["person"] = person_json(person.record);
        record["picture"] = picture_json(*on, person.record);
        const auto id_or_null = [](const std::string& id) { return id.empty() ? json::value() : json::value(id); };
        const auto said = directory::words_about(*on, person.id);
        record["merged_into"] = id_or_null(person.record.merged_into);
        record["said_to_be"] =
            json::object{{"by_source", id_or_null(said.by_source)}, {"by_admin", id_or_null(said.by_hand)}};
        record["sources"] = std::move(sources);
        record["memberships"] = memberships_json(*on, person.id);
        record["rooms"] = rooms_json(*on, person.id, providers);
        record["accounts"] = accounts_json(accounts);
        record["kept_changes"] = kept_changes_json(*on, person.record.external_id);
        record["kept_by_providers"] = values_json(*on, accounts);
        record["mentioned"] = mentions_json(*on, person, accounts);
        record["erasure"] = erasure_json(directory::find_erasure(*on, person.id));
        record["audit"] = audit_json(*on, person, accounts);
    }
    record["tasks"] = tasks_json(host, person.id);
    record["held_by_providers"] = held_json(shared, person.id, accounts);
    return record;
}

/// A document in any case: what is exported is for the person, and for another program. Whoever was merged into the person is the same
/// one, with records of their own.
void export_person(context& shared, const std::string& user) {
    auto& host = shared.host();
    const auto person = directory::find_person(*host.database().borrow(), user);
    const auto others = directory::merged_into(*host.database().borrow(), person.id);
    std::set<std::string> providers;
    json::object document{{"format", "commhost-person"}, {"version", 1}};
    auto own = record_json(shared, person, providers);
    for (auto& each : own) document[each.key()] = std::move(each.value());
    json::array merged;
    for (const auto& each : directory::find_users(*host.database().borrow(), others))
        merged.push_back(record_json(shared, each, providers));
    document["merged"] = std::move(merged);
    document["sent_to"] = sent_json(shared, providers);
    shared.out.document(document);
}

}  // namespace

void add_privacy_export_command(const command& privacy, context& shared) {
    const auto user = std::make_shared<std::string>();
    const auto made = privacy.subcommand("export", "help_privacy_export");
    made.option("USER", *user, "help_privacy_user").required();
    made.examples({"commhost privacy export u17 > u17.json"});
    made.runs([user, &shared] { export_person(shared, *user); });
}

}  // namespace commhost::cli
