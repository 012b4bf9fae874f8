#include "roster/document.hpp"

#include "directory/erasure.hpp"
#include "message/error.hpp"
#include "roster/codes.hpp"
#include "roster/document_lines.hpp"
#include "roster/object_reader.hpp"
#include "roster/picture_source.hpp"
#include "roster/strict_json.hpp"
#include "text/ascii.hpp"
#include "text/strict_json.hpp"

#include <boost/json.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <variant>

namespace commhost::roster {

namespace {

namespace json = boost::json;
using directory::instance_status;
using directory::membership_status;
using directory::user_status;

/// Of all pictures of a document, which are in memory and in a plan at once. A plan may have twice as much (plan_json.cpp).
constexpr std::size_t most_bytes_of_pictures = std::size_t{256} << 20U;

/// Reads one document into one roster.
class reader {
  public:
    reader(const std::string& file, const reading& how, const std::filesystem::path& folder)
        : file_(file), how_(how), folder_(folder) {}

    roster read(const json::value& document) {
        object_reader top(document, file_, "");
        if (top.word("format") != "commhost-roster") top.refuse("/format", "\"commhost-roster\"");
        const auto& version = top.need("version");
        if (version != json::value(1)) top.refuse("/version", "1");
        top.need("scope");
        const auto named = top.choice<scope>("scope", {{"full", scope::full}, {"partial", scope::partial}});
        component_ = top.word("component");
        const auto each = [&](std::string_view name, scope& kind, auto&& read_entry) {
            const auto* list = top.find(name);
            if (list == nullptr) return;  // Not said is not "there are none".
            if (!list->is_array()) top.refuse(text::pointer_part(name), message::phrase("roster_wanted_list"));
            kind = named;
            result_.files.push_back(file_ + "#/" + std::string(name) + "/");
            origin from{static_cast<std::uint32_t>(result_.files.size() - 1), 0, -1};
            for (const auto& value : list->get_array()) {
                read_entry(value, from);
                ++from.line;
            }
        };
        each("users", result_.users_scope,
             [&](const json::value& value, const origin& from) { read_user(value, from); });
        each("instances", result_.instances_scope,
             [&](const json::value& value, const origin& from) { read_instance(value, from, std::nullopt, false); });
        each("memberships", result_.memberships_scope,
             [&](const json::value& value, const origin& from) { read_membership(value, from); });
        top.refuse_others();
        return std::move(result_);
    }

  private:
    std::string pointer(const origin& from) const { return result_.where(from).pointer; }

    void problem(message::code code, const origin& from, message::arguments arguments, bool left_out) {
        result_.problems.add({code, result_.where(from), std::move(arguments), left_out});
    }

    template <class Seen, class Key>
    bool first_of(Seen& seen, const Key& key, const std::string& shown, const origin& from) {
        const auto [before, fresh] = seen.emplace(key, from);
        if (!fresh) problem(ROSTER_TWICE, from, {{"id", shown}, {"first", result_.where(before->second).text()}}, true);
        return fresh;
    }

    /// There is an entry with an id of somebody else, and nobody knows whom it means: that a stored one is not named proves
    /// nothing any more.
    void doubt(scope& of_list, const origin& from) {
        if (of_list == scope::full) {
            auto place = result_.where(from);
            place.pointer = place.pointer.substr(0, place.pointer.find('/', 1));
            result_.problems.add({ROSTER_NOBODY_GONE, std::move(place), {}, false});
        }
        of_list = scope::partial;
    }

    void read_user(const json::value& value, const origin& from) {
        object_reader entry(value, file_, pointer(from));
        directory::user_record user;
        user.external_id = entry.id("id");
        user.status = entry.choice<user_status>("status", {{"active", user_status::active},
                                                           {"suspended", user_status::suspended},
                                                           {"deleted", user_status::deleted}});
        const bool removed = user.status == user_status::deleted;
        user.merged_into = entry.optional_id("merged_into").value_or("");
        const bool merged = !user.merged_into.empty();
        user.username = removed || merged ? entry.optional_id("username").value_or(removed ? "" : user.external_id)
                                          : entry.id("username");
        user.given_name = entry.optional_text("given_name");
        user.family_name = entry.optional_text("family_name");
        user.display_name = entry.optional_text("display_name");
        if (user.display_name.empty()) user.display_name = text::tidy(user.given_name + " " + user.family_name);
        user.email = entry.optional_text("email");
        user.fields = entry.fields("fields");
        std::optional<std::string> written;
        if (entry.find("picture") != nullptr) written = entry.picture();
        entry.refuse_others();
        if (!first_of(users_, user.external_id, user.external_id, from)) {
            if (!removed && !usernames_.contains(user.username)) doubt(result_.users_scope, from);
            return;
        }
        if (!removed && directory::is_erased_name(user.external_id)) {
            problem(ROSTER_ERASED_ID, from, {{"user", user.external_id}}, true);
            result_.unreadable_users.push_back(std::move(user.external_id));
            return;
        }
        // Whoever is merged into somebody else may have the username that they have now.
        if (!removed && !merged) {
            const auto [before, fresh] = usernames_.emplace(user.username, from);
            if (!fresh) {
                problem(ROSTER_USERNAME_TWICE, from,
                        {{"username", user.username}, {"first", result_.where(before->second).text()}}, true);
                result_.unreadable_users.push_back(std::move(user.external_id));
                return;
            }
        }
        // Of those alone who are taken: what a document may have of pictures is limited.
        if (written) user.picture = picture(*written, from);
        result_.users.push_back({std::move(user), from, removed});
    }

    /// The digest of a picture that is kept now, or why it is not.
    std::string keep(directory::picture taken) {
        auto digest = taken.digest;
        if (digests_.contains(digest)) return digest;
        if (bytes_of_pictures_ + taken.content.bytes.size() > most_bytes_of_pictures)
            return message::phrase("reason_picture_many");
        bytes_of_pictures_ += taken.content.bytes.size();
        digests_.insert(digest);
        result_.pictures.push_back(std::move(taken));
        return digest;
    }

    /// The digest of what is named, which is kept with the roster; absent when it cannot be taken.
    std::optional<std::string> picture(const std::string& written, const origin& from) {
        if (written.empty()) return "";
        const auto [known, fresh] = pictures_.try_emplace(written);
        if (fresh) {
            auto found = read_picture(written, folder_);
            auto* taken = std::get_if<directory::picture>(&found);
            known->second = taken == nullptr ? std::get<std::string>(std::move(found)) : keep(std::move(*taken));
        }
        if (digests_.contains(known->second)) return known->second;
        auto place = result_.where(from);
        place.pointer += "/picture";
        result_.problems.add({ROSTER_PICTURE, std::move(place), {{"reason", known->second}}, false});
        return std::nullopt;
    }

    void read_instance(const json::value& value, origin from, const std::optional<directory::instance_key>& parent,
                       bool parent_removed) {
        object_reader entry(value, file_, pointer(from));
        directory::instance_record instance;
        instance.key = {component_, entry.optional_word("type", parent ? "group" : "course"), entry.id("id")};
        instance.parent = parent;
        instance.status = entry.choice<instance_status>("status", {{"active", instance_status::active},
                                                                   {"hidden", instance_status::hidden},
                                                                   {"deleted", instance_status::deleted}});
        const bool deleted = instance.status == instance_status::deleted;
        const bool removed = parent_removed || deleted;
        instance.name = entry.optional_text("name");
        if (instance.name.empty() && !deleted) entry.refuse("", message::phrase("roster_wanted_name"));
        instance.topic = entry.optional_text("topic");
        if (entry.find("provider") != nullptr) instance.provider = entry.optional_text("provider");
        if (const auto* settings = entry.find("settings")) {
            if (!settings->is_object()) entry.refuse("/settings", message::phrase("roster_wanted_object"));
            instance.settings = json::serialize(*settings);
        }
        if (entry.find("picture") != nullptr) instance.picture = picture(entry.picture(), from);
        if (!parent && entry.find("group_rooms") != nullptr) instance.group_rooms = entry.truth("group_rooms");
        const auto* groups = entry.find("groups");
        if (groups != nullptr && (parent || !groups->is_array()))
            entry.refuse("/groups", message::phrase(parent ? "roster_wanted_no_groups" : "roster_wanted_list"));
        entry.refuse_others();

        const auto& key = instance.key;
        if (!first_of(instances_, key, key.type + " " + key.external_id, from)) {
            if (!deleted && !names_.contains({key, instance.name})) doubt(result_.instances_scope, from);
            if (groups != nullptr) keep_groups(groups->get_array(), from);
            return;
        }
        names_.emplace(key, instance.name);
        const auto own_key = key;
        result_.instances.push_back({std::move(instance), from, removed});
        if (groups == nullptr) return;
        for (const auto& group : groups->get_array()) {
            ++from.group;
            read_instance(group, from, own_key, removed);
        }
    }

    /// The groups of an instance that is left out: neither changed nor taken for gone.
    void keep_groups(const json::array& groups, origin from) {
        for (const auto& group : groups) {
            ++from.group;
            object_reader entry(group, file_, pointer(from));
            result_.unreadable_instances.push_back({component_, entry.optional_word("type", "group"), entry.id("id")});
        }
    }

    void read_membership(const json::value& value, const origin& from) {
        object_reader entry(value, file_, pointer(from));
        directory::membership_record membership;
        membership.key.reference = entry.optional_id("id").value_or("");
        membership.key.instance = {component_, entry.optional_word("type", "course"), entry.id("instance")};
        membership.key.user = entry.id("user");
        enum class state : std::uint8_t { active, suspended, deleted };
        const auto status = entry.choice<state>(
            "status", {{"active", state::active}, {"suspended", state::suspended}, {"deleted", state::deleted}});
        const bool removed = status == state::deleted;
        membership.status = status == state::suspended ? membership_status::suspended : membership_status::active;
        membership.role = removed ? entry.optional_word("role", "") : entry.word("role");
        const auto role = text::lower(membership.role);
        const bool guest = !removed && how_.is_guest(role);
        using core_communication::room_role;
        if (entry.find("room_role") != nullptr) {
            membership.room_role = entry.choice<room_role>(
                "room_role",
                {{"member", room_role::member}, {"moderator", room_role::moderator}, {"owner", room_role::owner}});
        } else if (const auto known = how_.roles.find(role); known != how_.roles.end()) {
            membership.room_role = known->second;
        } else if (!removed && !guest) {
            problem(ROSTER_ROLE, from, {{"role", membership.role}}, false);
        }
        membership.all_groups =
            entry.find("all_groups") != nullptr ? entry.truth("all_groups") : how_.all_groups_of(role);
        membership.begins = entry.date("begins", how_.ignore_dates);
        membership.ends = entry.date("ends", how_.ignore_dates);
        entry.refuse_others();

        const auto& key = membership.key;
        const bool fresh = key.reference.empty()
                               ? first_of(memberships_, key, key.user + " in " + key.instance.external_id, from)
                               : first_of(references_, key.reference, key.reference, from);
        if (fresh) {
            if (guest) ++result_.guests;
            return result_.memberships.push_back({std::move(membership), from, removed || guest});
        }
        if (key.reference.empty()) return;
        result_.unreadable_memberships.push_back(key.reference);
        result_.unreadable_members.push_back({key.instance, key.user});
    }

    const std::string& file_;
    const reading& how_;
    const std::filesystem::path& folder_;
    /// By what is written, a digest or the reason why there is none: a school's logo is read once.
    std::map<std::string, std::string> pictures_;
    std::set<std::string> digests_;
    std::size_t bytes_of_pictures_ = 0;
    std::string component_;
    roster result_;
    std::unordered_map<std::string, origin> users_;
    std::unordered_map<std::string, origin> usernames_;
    std::map<directory::instance_key, origin> instances_;
    std::set<std::pair<directory::instance_key, std::string>> names_;  ///< Of the instances.
    std::map<directory::membership_key, origin> memberships_;
    std::unordered_map<std::string, origin> references_;
};

}  // namespace

roster read_document(std::string_view text, const std::string& file, const reading& how,
                     const std::filesystem::path& folder) {
    const auto document = parse_strict_json(text, file);
    try {
        auto read = reader(file, how, folder).read(document);
        add_lines(read.problems, text, file);
        return read;
    } catch (const message::error& refused) {  // only now is it known that a line is wanted
        throw with_lines(refused, text, file);
    }
}

}  // namespace commhost::roster
