#include "cli/actor.hpp"
#include "cli/codes.hpp"
#include "cli/commands.hpp"
#include "cli/confirmation.hpp"
#include "communication/api.hpp"
#include "communication/room_rules.hpp"
#include "directory/by_hand.hpp"
#include "directory/change_set.hpp"
#include "directory/instance.hpp"
#include "directory/membership.hpp"
#include "directory/person.hpp"
#include "directory/picture.hpp"
#include "message/catalogue.hpp"
#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "roster/audit_fields.hpp"
#include "text/file_content.hpp"

#include <boost/json.hpp>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace commhost::cli {

namespace {

namespace json = boost::json;

struct words {
    std::string room;
    std::vector<std::string> users;
    std::optional<std::string> name;
    std::optional<std::string> topic;
    std::optional<std::string> provider;
    std::optional<std::string> picture;
    std::string role = "member";
    std::string then;
    bool hide = false;
    bool show = false;
    bool yes = false;
};

core_communication::room_role role_of(const std::string& word) {
    using core_communication::room_role;
    for (const auto role : {room_role::moderator, room_role::owner}) {
        if (directory::to_string(role) == word) return role;
    }
    return room_role::member;
}

/// What a file shows; nothing where no file is named.
std::optional<directory::picture> picture_of(const std::optional<std::string>& file) {
    if (!file || file->empty()) return std::nullopt;
    std::string bytes;
    try {
        bytes = text::read_file(*file, directory::largest_picture);
    } catch (const std::system_error& unreadable) {
        throw message::error(CLI_FILE_UNREADABLE, {{"file", *file}, {"reason", unreadable.code().message()}});
    }
    auto picture = directory::make_picture(std::move(bytes));
    if (!picture) throw message::error(CLI_PICTURE, {{"file", *file}});
    return picture;
}

/// What the record says of it: the empty text takes the picture away.
std::optional<std::string> digest_of(const std::optional<std::string>& file,
                                     const std::optional<directory::picture>& picture) {
    if (!file) return std::nullopt;
    return picture ? picture->digest : std::string();
}

/// Has the rooms of the instance follow. Returns how many were queued.
std::size_t follow(context& shared, store::connection& on, directory::instance_id id) {
    auto& host = shared.host();
    return communication::follow(on, std::span(&id, 1), host.settings().default_provider, task::lane::interactive,
                                 host.clock().now());
}

void tell(const context& shared, const directory::instance& of, const char* phrase, std::size_t queued) {
    if (shared.out.json()) {
        shared.out.document(
            json::object{{"instance", directory::name_of(of.key)}, {"name", of.name}, {"queued", queued}});
        return;
    }
    shared.out.line(message::phrase(
        phrase, {{"instance", directory::name_of(of.key)}, {"name", of.name}, {"number", std::to_string(queued)}}));
}

void require_provider(context& shared, store::connection& on, const std::optional<std::string>& provider) {
    if (provider && *provider != directory::no_provider && !shared.host().registry().knows(on, *provider))
        throw message::error(plugin::PLUGIN_UNKNOWN, {{"name", *provider}});
}

/// The key that an admin means: component/type/id, or the id of an instance that is made by hand.
directory::instance_key key_of(const std::string& what) {
    const auto first = what.find('/');
    const auto second = first == std::string::npos ? first : what.find('/', first + 1);
    if (second == std::string::npos) return {"commhost", "room", what};
    return {what.substr(0, first), what.substr(first + 1, second - first - 1), what.substr(second + 1)};
}

json::object fields_of(store::connection& on, directory::instance_id id) {
    return roster::audit_fields(directory::find_instance(on, id).value());
}

/// What the audit shows of it; nothing where there is none.
std::optional<json::object> membership_by_hand(store::connection& on, directory::instance_id instance,
                                               core_communication::user_id person) {
    for (const auto& each : directory::memberships_of(on, instance)) {
        if (each.user == person && each.source == directory::by_hand_source)
            return json::object{{"room_role", directory::to_string(each.room_role)}};
    }
    return std::nullopt;
}

/// Does it in one transaction with what the rooms are to do then, and tells it. Whatever work reads of the directory stays as it is
/// until then.
template <class Work>
void change(context& shared, const char* phrase, Work&& work) {
    directory::instance changed;
    const auto queued = shared.host().database().transact([&](store::connection& on) {
        directory::lock_revision(on);
        const auto id = work(on, shared.host().clock().now());
        changed = directory::find_instance(on, id).value();
        return follow(shared, on, id);
    });
    tell(shared, changed, phrase, queued);
}

void create(context& shared, const words& given) {
    const auto picture = picture_of(given.picture);
    change(shared, "room_created", [&](store::connection& on, store::milliseconds_utc now) {
        require_provider(shared, on, given.provider);
        directory::instance_record record;
        record.key = key_of(given.room);
        record.name = given.name.value_or(given.room);
        record.topic = given.topic.value_or("");
        record.provider = given.provider.value_or("");
        record.picture = digest_of(given.picture, picture);
        const auto made = directory::create_by_hand(on, record, picture, now);
        record_instance(on, made, "instance_added", {std::nullopt, fields_of(on, made)}, now);
        return made;
    });
}

void update(context& shared, const words& given) {
    const auto picture = picture_of(given.picture);
    change(shared, "room_updated", [&](store::connection& on, store::milliseconds_utc now) {
        const auto before = communication::find_instance(on, given.room);
        directory::instance_record record{before.key,    std::nullopt, before.name, before.topic,
                                          before.status, std::nullopt, std::nullopt};
        if (given.name) record.name = *given.name;
        if (given.topic) record.topic = *given.topic;
        if (given.hide) record.status = directory::instance_status::hidden;
        if (given.show) record.status = directory::instance_status::active;
        record.picture = digest_of(given.picture, picture);
        directory::update_by_hand(on, record, picture, now);
        record_instance(on, before.id, "instance_changed",
                        before_and_after::between(roster::audit_fields(before), fields_of(on, before.id)), now);
        return before.id;
    });
}

void remove(context& shared, const words& given) {
    const auto meant = communication::find_instance(*shared.host().database().borrow(), given.room);
    confirm(message::phrase("room_delete_question", {{"name", meant.name}}), given.yes);
    change(shared, "room_deleted", [&](store::connection& on, store::milliseconds_utc now) {
        const auto before = fields_of(on, meant.id);
        directory::delete_by_hand(on, meant.key, now);
        record_instance(on, meant.id, "instance_removed", before_and_after::between(before, fields_of(on, meant.id)),
                        now);
        for (const auto ended : communication::every_ended_policy)
            if (to_string(ended) == given.then)
                communication::change_rules(on, meant.id,
                                            [&](communication::room_rules& rules) { rules.ended = ended; });
        return meant.id;
    });
}

void add(context& shared, const words& given) {
    change(shared, "room_members_added", [&](store::connection& on, store::milliseconds_utc now) {
        const auto of = communication::find_instance(on, given.room);
        for (const auto& name : given.users) {
            const auto person = directory::find_person(on, name);
            const auto before = membership_by_hand(on, of.id, person.id);
            directory::set_member_by_hand(on, of, person, role_of(given.role), std::nullopt, now);
            record_membership(on, of.id, person.id, before ? "membership_changed" : "membership_added",
                              {before, membership_by_hand(on, of.id, person.id)}, now);
        }
        return of.id;
    });
}

void take_out(context& shared, const words& given) {
    change(shared, "room_members_removed", [&](store::connection& on, store::milliseconds_utc now) {
        const auto of = communication::find_instance(on, given.room);
        for (const auto& name : given.users) {
            const auto person = directory::find_person(on, name);
            const auto before = membership_by_hand(on, of.id, person.id);
            if (!directory::remove_member_by_hand(on, of, person, now))
                throw message::error(CLI_MEMBER_NOT_BY_HAND, {{"user", name}, {"instance", of.name}});
            record_membership(on, of.id, person.id, "membership_removed", {before, std::nullopt}, now);
        }
        return of.id;
    });
}

}  // namespace

void add_room_hand_commands(const command& rooms, context& shared) {
    const auto given = std::make_shared<words>();
    const auto made = rooms.subcommand("create", "help_room_create");
    made.option("ID", given->room, "help_room_create_id").required();
    made.option("--name", given->name, "help_room_own_name").placeholder("TEXT").required();
    made.option("--topic", given->topic, "help_room_own_topic").placeholder("TEXT");
    made.option("--picture", given->picture, "help_room_own_picture").placeholder("FILE");
    made.option("--provider", given->provider, "help_room_switch_provider");
    made.examples({"commhost room create staff --name 'All staff' --provider matrix"});
    made.runs([given, &shared] { create(shared, *given); });

    const auto add_command = [&](const char* word, const char* purpose) {
        const auto command = rooms.subcommand(word, purpose);
        command.option("ROOM", given->room, "help_room_name").required();
        return command;
    };
    const auto updates = add_command("update", "help_room_update");
    updates.option("--name", given->name, "help_room_own_name").placeholder("TEXT");
    updates.option("--topic", given->topic, "help_room_own_topic").placeholder("TEXT");
    updates.option("--picture", given->picture, "help_room_own_picture").placeholder("FILE");
    const auto hides = updates.flag("--hide", given->hide, "help_room_hide");
    updates.flag("--show", given->show, "help_room_unhide").excludes(hides);
    updates.examples({"commhost room update staff --name 'Staff of 2027'"});
    updates.runs([given, &shared] { update(shared, *given); });

    const auto removes = add_command("delete", "help_room_delete");
    removes.option("--then", given->then, "help_room_delete_then")
        .one_of({"keep", "archive", "archive_empty", "purge"});
    removes.flag("--yes", given->yes, "help_yes");
    removes.examples({"commhost room delete staff --then purge --yes"});
    removes.runs([given, &shared] { remove(shared, *given); });

    const auto adds = add_command("add", "help_room_add");
    adds.option("USER", given->users, "help_room_user").required();
    adds.option("--role", given->role, "help_room_add_role").one_of({"member", "moderator", "owner"});
    adds.examples({"commhost room add physics-1 ada.lovelace --role moderator"});
    adds.runs([given, &shared] { add(shared, *given); });

    const auto takes = add_command("remove", "help_room_remove");
    takes.option("USER", given->users, "help_room_user").required();
    takes.examples({"commhost room remove physics-1 ada.lovelace"});
    takes.runs([given, &shared] { take_out(shared, *given); });
}

}  // namespace commhost::cli
