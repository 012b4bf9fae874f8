#include "communication/erasure.hpp"

#include "audit/audit.hpp"
#include "communication/api.hpp"
#include "communication/room_audit.hpp"
#include "directory/erasure.hpp"
#include "directory/user.hpp"
#include "service/value_erasure.hpp"
#include "task/errors.hpp"
#include "task/listing.hpp"
#include "task/queue.hpp"

#include <core_communication/processor.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace commhost::communication {

namespace {

using core_communication::account_origin;
using core_communication::user_id;

/// What stands for a name that was taken out.
constexpr std::string_view nobody = "***";

/// A username of one or two letters is a part of many words.
constexpr std::size_t shortest_name = 3;

/// Takes a text about a person out of what rooms and tasks say went wrong.
void blank(store::connection& within, const std::string& text) {
    if (text.size() < shortest_name) return;
    within.execute("update communication set last_error = replace(last_error, :text, :nobody) "
                   "where last_error is not null and last_error <> replace(last_error, :text, :nobody)",
                   {{"text", text}, {"nobody", nobody}});
    within.execute("update communication_user set error = replace(error, :text, :nobody) "
                   "where error is not null and error <> replace(error, :text, :nobody)",
                   {{"text", text}, {"nobody", nobody}});
    task::blank_errors(within, text, nobody);
}

}  // namespace

task::new_task erase_task(std::string_view provider, user_id person) {
    const auto number = std::to_string(static_cast<std::int64_t>(person));
    task::new_task made;
    made.kind = erase_kind;
    made.queue = provider;
    made.key = "erase/" + std::string(provider) + "/" + number;
    made.in_lane = task::lane::clean_up;
    made.payload = R"({"user":)" + number + "}";
    return made;
}

std::optional<user_id> person_of(std::string_view payload) {
    boost::system::error_code failed;
    const auto document = boost::json::parse(payload, failed);
    const auto* number = !failed && document.is_object() ? document.get_object().if_contains("user") : nullptr;
    if (number == nullptr || !number->is_int64()) return std::nullopt;
    return user_id{number->get_int64()};
}

std::vector<standing_in_room> rooms_with(store::connection& on, user_id person) {
    std::vector<standing_in_room> found;
    for (auto& [room, synced, leaving, error] : on.query<communication_id, bool, bool, std::optional<std::string>>(
             "select communication_id, synced, deleted, error from communication_user where user_id = :user "
             "order by communication_id",
             {{"user", person}}))
        found.push_back({room, synced, leaving, std::move(error)});
    return found;
}

std::vector<account_at> accounts_with(store::connection& on, user_id person) {
    std::vector<account_at> found;
    for (auto& [provider, account, origin] : on.query<std::string, std::string, account_origin>(
             "select provider, account, origin from communication_account where user_id = :user order by provider",
             {{"user", person}}))
        found.push_back({std::move(provider), std::move(account), origin == account_origin::made});
    return found;
}

std::optional<account_at> account_with(store::connection& on, std::string_view provider, user_id person) {
    for (auto& each : accounts_with(on, person)) {
        if (each.provider == provider) return std::move(each);
    }
    return std::nullopt;
}

std::size_t begin_erasure(store::connection& within, user_id person, store::milliseconds_utc now) {
    auto touched = directory::begin_erasure(within, person, now);
    // Also the rooms of instances that name the person no more.
    for (const auto& each : rooms_with(within, person)) {
        if (const auto room = find_room(within, each.room)) touched.push_back(room->instance);
    }
    return follow(within, touched, {}, task::lane::interactive, now);
}

void forget_account(store::connection& within, std::string_view provider, user_id person) {
    if (const auto had = account_with(within, provider, person)) {
        blank(within, had->account);
        service::erase_from_values(within, had->account, nobody);
        audit::anonymise_unknown(within, provider, account_json(had->account));
    }
    within.execute("delete from communication_account where provider = :provider and user_id = :user",
                   {{"provider", provider}, {"user", person}});
}

std::size_t advance_erasures(store::connection& within, store::milliseconds_utc now) {
    std::size_t finished = 0;
    for (const auto& each : directory::erasures_under_way(within)) {
        if (directory::withdraw_erasure_of_named(within, each.user)) {
            audit::subject about{audit::subject_kind::user};
            about.user = each.user;
            audit::record(within, {{"worker", "erasure", ""}, about, "person_erasure_withdrawn"}, now);
            continue;
        }
        if (!rooms_with(within, each.user).empty()) continue;
        const auto accounts = accounts_with(within, each.user);
        std::vector<task::new_task> tasks;
        for (const auto& account : accounts) {
            auto next = erase_task(account.provider, each.user);
            if (!task::is_there(within, next.key)) tasks.push_back(std::move(next));
        }
        if (!tasks.empty()) task::queue::enqueue(within, tasks, now);
        if (!accounts.empty()) continue;
        const auto person = directory::find_user(within, each.user);
        if (!person || !directory::finish_erasure(within, each.user, now)) continue;
        const auto& record = person->record;
        // The longest first: a username may be a part of the name or the address.
        std::array texts{record.username, record.display_name, record.email};
        std::sort(texts.begin(), texts.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
        for (const auto& text : texts) blank(within, text);
        audit::anonymise(within, each.user, left_on_server);
        audit::subject about{audit::subject_kind::user};
        about.user = each.user;
        audit::record(within, {{"worker", "erasure", ""}, about, "person_erased"}, now);
        ++finished;
    }
    return finished;
}

}  // namespace commhost::communication
