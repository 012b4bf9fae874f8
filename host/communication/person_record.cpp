#include "communication/person_record.hpp"

#include "audit/naming.hpp"
#include "communication/mentions.hpp"
#include "communication/room_audit.hpp"
#include "service/value_erasure.hpp"

#include <core_communication/processor.hpp>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <limits>
#include <set>
#include <utility>

namespace commhost::communication {

using core_communication::account_origin;
using core_communication::user_id;

std::vector<standing_in_room> rooms_with(store::connection& on, user_id person) {
    std::vector<standing_in_room> found;
    for (auto& [room, synced, leaving, role, presence, attempts, kind, error, at] :
         on.query<communication_id, bool, bool, core_communication::room_role,
                  std::optional<core_communication::presence>, int, std::optional<std::string>,
                  std::optional<std::string>, std::optional<store::milliseconds_utc>>(
             "select communication_id, synced, deleted, role, presence, attempts, error_kind, error, error_at "
             "from communication_user where user_id = :user order by communication_id",
             {{"user", person}}))
        found.push_back({room, synced, leaving, role, presence, attempts, std::move(kind), std::move(error), at});
    return found;
}

std::vector<account_at> accounts_with(store::connection& on, user_id person) {
    std::vector<account_at> found;
    for (auto& [provider, account, origin, note, former] :
         on.query<std::string, std::string, account_origin, std::string, bool>(
             R"(select provider, account, origin, picture_note, 0 as former from communication_account
                where user_id = :user
                union all
                select f.provider, f.account, f.origin, '' as picture_note, 1 as former from communication_former_account f
                where f.user_id = :user and not exists
                    (select 1 from communication_account a where a.provider = f.provider and a.account = f.account)
                order by provider, former, account)",
             {{"user", person}}))
        found.push_back(
            {std::move(provider), std::move(account), origin == account_origin::made, former, std::move(note)});
    return found;
}

std::vector<audit::recorded> audit_with(store::connection& on, const directory::user& person,
                                        std::span<const account_at> accounts) {
    audit::filter own;
    own.user = person.id;
    auto found = audit::list(on, own, std::numeric_limits<std::int32_t>::max());
    const auto add = [&found](std::vector<audit::recorded> rows) {
        std::move(rows.begin(), rows.end(), std::back_inserter(found));
    };
    add(audit::mergers_into(on, [&](const std::string& id) { return id == person.record.external_id; }));
    const auto written = names_of(person.record, accounts);
    std::set<std::string> names(written.begin(), written.end());
    for (const auto& each : accounts) {
        names.insert(each.account);
        add(audit::of_unknown(on, each.provider, account_json(each.account)));
        add(audit::left_with(on, each.provider, account_json(each.account)));
    }
    add(audit::rules_exempting(on, names));
    std::sort(found.begin(), found.end(), [](const auto& one, const auto& other) { return one.id > other.id; });
    found.erase(
        std::unique(found.begin(), found.end(), [](const auto& one, const auto& other) { return one.id == other.id; }),
        found.end());
    return found;
}

std::vector<value_with_account> values_with(store::connection& on, std::span<const account_at> accounts) {
    std::vector<value_with_account> found;
    for (const auto& each : accounts) {
        for (auto& value : service::values_with(on, each.provider, rooms_at(on, each.provider), each.account)) {
            const auto room = value.room == communication_id{} ? std::nullopt : std::optional(value.room);
            found.push_back({each.provider, room, std::move(value.key)});
        }
    }
    return found;
}

}  // namespace commhost::communication
