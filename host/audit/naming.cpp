#include "audit/naming.hpp"

#include "audit/rows.hpp"
#include "store/json_rows.hpp"

#include <boost/json.hpp>

#include <optional>
#include <utility>

namespace commhost::audit {

namespace {

namespace json = boost::json;
using store::column;
using store::json_rows;

// The conditions of the indexes, letter by letter: only so are those used.
constexpr std::string_view of_rules = "action = 'room_rules_changed'";
constexpr std::string_view of_mergers =
    R"(kind = 'user' and (replace(stated_before, '"merged_into":"', '') <> stated_before
                          or replace(stated_after, '"merged_into":"', '') <> stated_after))";
constexpr std::string_view of_nobody = "user_id is null and kind = 'membership' and stated_before is not null";
constexpr std::string_view of_left = "action = 'account_left_on_server' and stated_before is not null";

constexpr std::string_view before_at_provider = " and name = :provider and substr(stated_before, 1, 100) = "
                                                "substr(cast(:before as text), 1, 100) and stated_before = :before";

std::string where(std::string_view condition, std::string_view rest = {}) {
    return "where " + std::string(condition) + std::string(rest) + " order by id desc";
}

void edit_exempt(json::value& within, const std::function<void(json::string&)>& edit) {
    auto* object = within.if_object();
    auto* exempt = object == nullptr ? nullptr : object->if_contains("exempt");
    auto* accounts = exempt == nullptr ? nullptr : exempt->if_array();
    if (accounts == nullptr) return;
    for (auto& each : *accounts)
        if (auto* account = each.if_string()) edit(*account);
}

void edit_merger(json::value& within, const std::function<void(json::string&)>& edit) {
    auto* object = within.if_object();
    auto* into = object == nullptr ? nullptr : object->if_contains("merged_into");
    if (auto* text = into == nullptr ? nullptr : into->if_string()) edit(*text);
}

using editing = void (*)(json::value&, const std::function<void(json::string&)>&);

/// The text of a document with that done; what is no JSON stays.
std::optional<std::string> edited(const std::optional<std::string>& text, editing in,
                                  const std::function<void(json::string&)>& edit) {
    json::error_code failed;
    auto document = text ? json::parse(*text, failed) : json::value();
    if (!text || failed) return text;
    in(document, edit);
    return json::serialize(document);
}

void look(const recorded& row, editing in, const std::function<void(const std::string&)>& at) {
    const auto read = [&](json::string& text) { at(std::string(text)); };
    for (const auto* text : {&row.what.before, &row.what.after}) edited(*text, in, read);
}

std::vector<recorded> naming(std::vector<recorded> rows, editing in, const named_person& is_meant) {
    std::erase_if(rows, [&](const recorded& row) {
        bool meant = false;
        look(row, in, [&](const std::string& text) { meant = meant || is_meant(text); });
        return !meant;
    });
    return rows;
}

void blank_in(store::connection& within, const std::vector<recorded>& rows, editing in, const named_person& is_meant,
              std::string_view by) {
    const auto blank = [&](json::string& text) {
        if (is_meant(std::string(text))) text = by;
    };
    json_rows changed;
    for (const auto& each : rows)
        changed.add(each.id, edited(each.what.before, in, blank), edited(each.what.after, in, blank));
    if (changed.empty()) return;
    within.execute("update audit set stated_before = r.stated_before, stated_after = r.stated_after from " +
                       json_rows::table(
                           within.dialect(), ":rows",
                           {{"id", column::integer}, {"stated_before", column::text}, {"stated_after", column::text}}) +
                       " r where audit.id = r.id",
                   {{"rows", changed.json()}});
}

named_person one_of(const std::set<std::string>& texts) {
    return [&texts](const std::string& text) { return texts.contains(text); };
}

}  // namespace

std::vector<recorded> rules_exempting(store::connection& on, const std::set<std::string>& accounts) {
    return naming(select_rows(on, where(of_rules)), edit_exempt, one_of(accounts));
}

void blank_exempt(store::connection& within, const std::set<std::string>& accounts, std::string_view by) {
    blank_in(within, rules_exempting(within, accounts), edit_exempt, one_of(accounts), by);
}

std::vector<recorded> mergers_into(store::connection& on, const named_person& is_meant) {
    return naming(select_rows(on, where(of_mergers)), edit_merger, is_meant);
}

void blank_mergers_into(store::connection& within, const named_person& is_meant, std::string_view by) {
    blank_in(within, mergers_into(within, is_meant), edit_merger, is_meant, by);
}

std::set<std::string> merged_into(store::connection& on) {
    std::set<std::string> found;
    for (const auto& row : select_rows(on, where(of_mergers)))
        look(row, edit_merger, [&](const std::string& text) { found.insert(text); });
    return found;
}

std::vector<recorded> of_unknown(store::connection& on, std::string_view provider, std::string_view before) {
    return select_rows(on, where(of_nobody, before_at_provider), {{"provider", provider}, {"before", before}});
}

void anonymise_unknown(store::connection& within, std::string_view provider, std::string_view before) {
    within.execute("update audit set stated_before = null where " + std::string(of_nobody) +
                       std::string(before_at_provider),
                   {{"provider", provider}, {"before", before}});
}

std::vector<recorded> left_on_servers(store::connection& on) { return select_rows(on, where(of_left)); }

std::vector<recorded> left_with(store::connection& on, std::string_view provider, std::string_view before) {
    return select_rows(on, where(of_left, before_at_provider), {{"provider", provider}, {"before", before}});
}

void blank_left(store::connection& within, std::string_view provider, std::string_view before) {
    within.execute("update audit set stated_before = null where " + std::string(of_left) +
                       std::string(before_at_provider),
                   {{"provider", provider}, {"before", before}});
}

}  // namespace commhost::audit
