#include "audit/audit.hpp"
#include "cli/actor.hpp"
#include "cli/commands.hpp"
#include "cli/confirmation.hpp"
#include "cli/shown_audit.hpp"
#include "communication/erasure.hpp"
#include "communication/room.hpp"
#include "directory/erasure.hpp"
#include "directory/instance.hpp"
#include "directory/person.hpp"
#include "plugin/registry.hpp"
#include "plugin/strings.hpp"
#include "roster/forgetting.hpp"
#include "text/utf8.hpp"
#include "worker/erasure.hpp"

#include <boost/json.hpp>

#include <iostream>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace commhost::cli {

namespace {

namespace json = boost::json;

struct privacy_words {
    std::string user, reason;
    bool yes = false;
};

json::object person_json(const directory::user_record& of) {
    json::object fields;
    for (const auto& [name, text] : of.fields) fields[name] = text;
    return {{"id", of.external_id},           {"username", of.username},         {"given_name", of.given_name},
            {"family_name", of.family_name},  {"display_name", of.display_name}, {"email", of.email},
            {"status", to_string(of.status)}, {"fields", std::move(fields)}};
}

json::array memberships_json(store::connection& on, directory::user_id person) {
    json::array documents;
    for (const auto& each : directory::memberships_with(on, person)) {
        const auto instance = directory::find_instance(on, each.instance);
        documents.push_back(json::object{{"instance", instance ? directory::name_of(instance->key) : ""},
                                         {"instance_name", instance ? instance->name : ""},
                                         {"source", each.source},
                                         {"reference", each.reference},
                                         {"role", each.role},
                                         {"room_role", directory::to_string(each.room_role)},
                                         {"begins", time_json(each.begins)},
                                         {"ends", time_json(each.ends)},
                                         {"status", directory::to_string(each.status)}});
    }
    return documents;
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
                                         {"reason", each.error ? json::value(*each.error) : json::value(nullptr)}});
    }
    return documents;
}

json::array accounts_json(store::connection& on, directory::user_id person, std::set<std::string>& providers) {
    json::array documents;
    for (const auto& each : communication::accounts_with(on, person)) {
        providers.insert(each.provider);
        documents.push_back(
            json::object{{"provider", each.provider}, {"account", each.account}, {"made_by_provider", each.made}});
    }
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

json::value erasure_json(const std::optional<directory::erasure>& of) {
    if (!of) return nullptr;
    return json::object{{"asked", time_json(of->asked)}, {"done", time_json(of->done)}};
}

/// A document in any case: what is exported is for the person, and for another program.
void export_person(context& shared, const privacy_words& given) {
    const auto on = shared.host().database().borrow();
    const auto person = directory::find_person(*on, given.user);
    std::set<std::string> providers;
    json::array sources;
    for (const auto& each : directory::sources_with(*on, person.id)) sources.emplace_back(each);
    json::object document{{"format", "commhost-person"},
                          {"version", 1},
                          {"person", person_json(person.record)},
                          {"sources", std::move(sources)},
                          {"memberships", memberships_json(*on, person.id)},
                          {"rooms", rooms_json(*on, person.id, providers)},
                          {"accounts", accounts_json(*on, person.id, providers)},
                          {"erasure", erasure_json(directory::find_erasure(*on, person.id))}};
    audit::filter which;
    which.user = person.id;
    const auto rows = audit::list(*on, which, std::numeric_limits<std::int32_t>::max());
    const shown_audit shown(*on, rows);
    json::array audit;
    for (const auto& each : rows) audit.push_back(shown.document(each));
    document["audit"] = std::move(audit);
    document["sent_to"] = sent_json(shared, providers);
    std::cout << document << "\n";
}

/// What commhost does not erase on chat servers: an admin has to. Named before anything is forgotten.
std::vector<communication::account_at> left_by_hand(worker::host& host, directory::user_id person) {
    auto accounts = communication::accounts_with(*host.database().borrow(), person);
    std::erase_if(accounts, [&](const communication::account_at& each) {
        const auto entry = host.registry().find(each.provider);
        return entry && worker::is_erased_by(*entry, each);
    });
    return accounts;
}

void erase_person(context& shared, const privacy_words& given) {
    auto& host = shared.host();
    const auto now = host.clock().now();
    const auto person = directory::find_person(*host.database().borrow(), given.user);
    confirm(message::phrase("privacy_erase_question", {{"person", given.user}}), given.yes);
    const auto left = left_by_hand(host, person.id);
    std::size_t queued = 0;
    const bool done = host.database().transact([&](store::connection& on) {
        queued = communication::begin_erasure(on, person.id, now);
        roster::forget_person(on, person.record.external_id);  // behind the lock that an import takes, too
        audit::subject about{audit::subject_kind::user};
        about.user = person.id;
        audit::record(on, {by_admin(given.reason), about, "person_erasure_asked"}, now);
        communication::advance_erasures(on, now);
        const auto of = directory::find_erasure(on, person.id);
        return of && of->done;
    });
    if (!done) shared.status = exit_status::changes_pending;
    if (shared.out.json()) {
        json::array accounts;
        for (const auto& each : left)
            accounts.push_back(json::object{{"provider", each.provider}, {"account", each.account}});
        shared.out.document(json::object{{"user", static_cast<std::int64_t>(person.id)},
                                         {"done", done},
                                         {"rooms_queued", queued},
                                         {"left_on_servers", std::move(accounts)}});
        return;
    }
    const auto number = std::to_string(static_cast<std::int64_t>(person.id));
    shared.out.line(message::phrase(done ? "privacy_erased" : "privacy_erasing",
                                    {{"person", number}, {"number", std::to_string(queued)}}));
    if (left.empty()) return;
    shared.out.line(message::phrase("privacy_left", {{"number", std::to_string(left.size())}, {"person", number}}));
    for (const auto& each : left) shared.out.line(text::printable("  " + each.provider + " " + each.account));
}

}  // namespace

void add_privacy_commands(const command& program, context& shared) {
    const auto privacy = program.subcommand("privacy", "help_privacy");
    const auto given = std::make_shared<privacy_words>();

    const auto export_command = privacy.subcommand("export", "help_privacy_export");
    export_command.option("USER", given->user, "help_privacy_user").required();
    export_command.examples({"commhost privacy export u17 > u17.json"});
    export_command.runs([given, &shared] { export_person(shared, *given); });

    const auto erase_command = privacy.subcommand("erase", "help_privacy_erase");
    erase_command.option("USER", given->user, "help_privacy_user").required();
    erase_command.flag("--yes", given->yes, "help_yes");
    erase_command.option("--reason", given->reason, "help_privacy_reason");
    erase_command.examples({"commhost privacy erase u17 --yes --reason 'request of 27 November'"});
    erase_command.runs([given, &shared] { erase_person(shared, *given); });
}

}  // namespace commhost::cli
