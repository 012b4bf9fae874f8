#include "communication/accounts.hpp"

#include "directory/user_rows.hpp"
#include "store/json_rows.hpp"

#include <utility>

namespace commhost::communication {

using core_communication::communication_id;
using core_communication::user_id;
using directory::rows_of;
using directory::users_table;
using store::column;
using store::json_rows;

namespace {

/// Whether a row of the table is the one of the rows r: at the provider :provider, of the same person.
std::string is_row_of(const store::connection& on) {
    return "communication_account.provider = " + json_rows::in_each_row(on.dialect(), ":provider") +
           " and communication_account.user_id = r.user_id";
}

}  // namespace

std::map<user_id, std::string> accounts_of(store::connection& on, std::string_view provider,
                                           std::span<const user_id> users) {
    std::map<user_id, std::string> accounts;
    if (users.empty()) return accounts;
    for (auto& [user, account] : on.query<user_id, std::string>(
             "select a.user_id, a.account from communication_account a where a.provider = :provider "
             "and a.user_id in (select r.user_id from " +
                 users_table(on) + " r)",
             {{"provider", provider}, {"rows", rows_of(users)}}))
        accounts.emplace(user, std::move(account));
    return accounts;
}

std::map<std::string, user_id, std::less<>> owners_of(store::connection& on, std::string_view provider,
                                                      std::span<const std::string> accounts) {
    std::map<std::string, user_id, std::less<>> owners;
    if (accounts.empty()) return owners;
    json_rows rows;
    for (const auto& account : accounts) rows.add(account);
    for (auto& [account, user] : on.query<std::string, user_id>(
             "select a.account, a.user_id from communication_account a where a.provider = :provider "
             "and a.account in (select r.account from " +
                 json_rows::table(on.dialect(), ":rows", {{"account", column::text}}) + " r)",
             {{"provider", provider}, {"rows", rows.json()}}))
        owners.emplace(std::move(account), user);
    return owners;
}

std::vector<user_id> record_accounts(store::connection& on, std::string_view provider,
                                     const std::map<user_id, told_account>& accounts) {
    if (accounts.empty()) return {};
    json_rows rows;
    for (const auto& [user, told] : accounts) rows.add(user, told.account, told.origin);
    const auto table = json_rows::table(
        on.dialect(), ":rows", {{"user_id", column::integer}, {"account", column::text}, {"origin", column::integer}});
    const auto json = rows.json();
    on.execute("insert into communication_account (provider, user_id, account, origin) "
               "select cast(:provider as text), r.user_id, r.account, r.origin from " +
                   table +
                   " r where true "
                   "on conflict do nothing",
               {{"provider", provider}, {"rows", json}});
    const std::string is_another = "(communication_account.account <> r.account "
                                   " and not exists (select 1 from communication_account o "
                                   "                 where o.provider = :provider and o.account = r.account))";
    on.execute("insert into communication_former_account (provider, user_id, account, origin) "
               "select communication_account.provider, communication_account.user_id, communication_account.account, "
               "communication_account.origin from communication_account join " +
                   table + " r on " + is_row_of(on) + " where " + is_another + " on conflict do nothing",
               {{"provider", provider}, {"rows", json}});
    // Another worker may have found the account while this one was making it: who made it knows better.
    on.execute("update communication_account set account = r.account, origin = r.origin, profile = '', "
               "standing = case when communication_account.account = r.account then communication_account.standing "
               "else '' end, "
               "standing_begun = case when communication_account.account = r.account "
               "then communication_account.standing_begun else '' end, "
               "picture_note = case when communication_account.account = r.account "
               "then communication_account.picture_note else '' end "
               "from " +
                   table + " r where " + is_row_of(on) +
                   " and ((communication_account.account = r.account "
                   "      and communication_account.origin <> r.origin and r.origin = :made) or " +
                   is_another + ")",
               {{"provider", provider}, {"rows", json}, {"made", core_communication::account_origin::made}});
    std::vector<user_id> refused;
    for (const auto& [user] :
         on.query<user_id>("select r.user_id from " + table +
                               " r where not exists (select 1 from communication_account a "
                               "where a.provider = :provider and a.user_id = r.user_id and a.account = r.account)",
                           {{"provider", provider}, {"rows", json}}))
        refused.push_back(user);
    return refused;
}

void record_profiles(store::connection& on, std::string_view provider, const std::map<user_id, std::string>& profiles) {
    if (profiles.empty()) return;
    json_rows rows;
    for (const auto& [user, profile] : profiles) rows.add(user, profile);
    on.execute("update communication_account set profile = r.profile from " +
                   json_rows::table(on.dialect(), ":rows", {{"user_id", column::integer}, {"profile", column::text}}) +
                   " r where " + is_row_of(on),
               {{"provider", provider}, {"rows", rows.json()}});
}

std::map<user_id, std::string> picture_notes_of(store::connection& on, std::string_view provider,
                                                std::span<const user_id> users) {
    std::map<user_id, std::string> notes;
    if (users.empty()) return notes;
    for (auto& [user, note] : on.query<user_id, std::string>(
             "select a.user_id, a.picture_note from communication_account a where a.provider = :provider "
             "and a.picture_note <> '' and a.user_id in (select r.user_id from " +
                 users_table(on) + " r)",
             {{"provider", provider}, {"rows", rows_of(users)}}))
        notes.emplace(user, std::move(note));
    return notes;
}

void record_picture_notes(store::connection& on, std::string_view provider,
                          std::span<const core_communication::picture_note> notes) {
    if (notes.empty()) return;
    json_rows rows;
    for (const auto& each : notes) rows.add(each.user, each.note);
    on.execute("update communication_account set picture_note = r.note from " +
                   json_rows::table(on.dialect(), ":rows", {{"user_id", column::integer}, {"note", column::text}}) +
                   " r where " + is_row_of(on),
               {{"provider", provider}, {"rows", rows.json()}});
}

std::map<user_id, std::string> made_accounts(store::connection& on, communication_id room, std::string_view provider) {
    std::map<user_id, std::string> made;
    for (auto& [user, profile] : on.query<user_id, std::string>(
             R"(select a.user_id, a.profile from communication_account a
                join communication_user u on u.user_id = a.user_id and u.communication_id = :room and u.deleted = 0
                where a.provider = :provider and a.origin = :made)",
             {{"room", room}, {"provider", provider}, {"made", core_communication::account_origin::made}}))
        made.emplace(user, std::move(profile));
    return made;
}

}  // namespace commhost::communication
