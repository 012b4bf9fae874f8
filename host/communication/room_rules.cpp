#include "communication/room_rules.hpp"

#include "directory/change_set.hpp"
#include "store/json_rows.hpp"

#include <boost/json.hpp>

#include <array>
#include <set>
#include <tuple>
#include <utility>

namespace commhost::communication {

namespace {

namespace json = boost::json;

template <class Choice, std::size_t Count>
std::optional<Choice> choice_of(const std::optional<std::string>& word, const std::array<Choice, Count>& choices) {
    for (const auto choice : choices) {
        if (word && to_string(choice) == *word) return choice;
    }
    return std::nullopt;
}

template <class Choice>
std::optional<std::string> word_of(const std::optional<Choice>& choice) {
    return choice ? std::optional(std::string(to_string(*choice))) : std::nullopt;
}

std::vector<std::string> patterns_in(std::string_view exempt) {
    std::vector<std::string> patterns;
    const auto document = json::parse(exempt);
    for (const auto& pattern : document.as_array()) patterns.emplace_back(pattern.as_string());
    return patterns;
}

std::string json_of(const std::vector<std::string>& patterns) {
    json::array exempt;
    for (const auto& pattern : patterns) exempt.emplace_back(pattern);
    return json::serialize(exempt);
}

/// In the place of what was there.
void set_rules(store::connection& on, directory::instance_id instance, const room_rules& rules) {
    on.execute("insert into communication_rule (instance_id, unlisted, leavers, ended, exempt) "
               "values (:instance, :unlisted, :leavers, :ended, :exempt) "
               "on conflict (instance_id) do update set unlisted = excluded.unlisted, leavers = excluded.leavers, "
               "ended = excluded.ended, exempt = excluded.exempt",
               {{"instance", instance},
                {"unlisted", word_of(rules.unlisted)},
                {"leavers", word_of(rules.left)},
                {"ended", word_of(rules.ended)},
                {"exempt", json_of(rules.exempt)}});
}

auto all_exempt(store::connection& on) {
    return on.query<directory::instance_id, std::string>(
        "select instance_id, exempt from communication_rule where exempt <> '[]' order by instance_id");
}

void put_over(policy& rules, const room_rules& own) {
    rules.unlisted = own.unlisted.value_or(rules.unlisted);
    rules.left = own.left.value_or(rules.left);
    rules.ended = own.ended.value_or(rules.ended);
    rules.exempt.insert(rules.exempt.end(), own.exempt.begin(), own.exempt.end());
}

}  // namespace

room_rules find_rules(store::connection& on, directory::instance_id instance) {
    room_rules rules;
    for (const auto& [unlisted, leavers, ended, exempt] :
         on.query<std::optional<std::string>, std::optional<std::string>, std::optional<std::string>, std::string>(
             "select unlisted, leavers, ended, exempt from communication_rule where instance_id = :instance",
             {{"instance", instance}})) {
        rules.unlisted =
            choice_of(unlisted, std::array{unlisted_policy::remove, unlisted_policy::keep, unlisted_policy::adopt});
        rules.left = choice_of(leavers, std::array{left_policy::add_again, left_policy::respect});
        rules.ended = choice_of(ended, every_ended_policy);
        rules.exempt = patterns_in(exempt);
    }
    return rules;
}

changed_rules change_rules(store::connection& within, directory::instance_id instance,
                           const std::function<void(room_rules&)>& change) {
    directory::lock_revision(within);
    changed_rules result;
    result.before = find_rules(within, instance);
    result.after = result.before;
    change(result.after);
    if (result.after != result.before) set_rules(within, instance, result.after);
    return result;
}

std::vector<exempted> exempting(store::connection& on, std::span<const std::string> accounts) {
    const std::set<std::string_view> meant(accounts.begin(), accounts.end());
    std::vector<exempted> found;
    for (const auto& [instance, exempt] : all_exempt(on))
        for (auto& pattern : patterns_in(exempt))
            if (meant.contains(pattern)) found.push_back({instance, std::move(pattern)});
    return found;
}

void drop_exempt(store::connection& within, std::span<const std::string> accounts) {
    if (accounts.empty()) return;
    directory::lock_revision(within);
    const std::set<std::string_view> meant(accounts.begin(), accounts.end());
    store::json_rows rows;
    for (const auto& [instance, exempt] : all_exempt(within)) {
        auto patterns = patterns_in(exempt);
        if (std::erase_if(patterns, [&](const std::string& pattern) { return meant.contains(pattern); }) > 0)
            rows.add(instance, json_of(patterns));
    }
    if (rows.empty()) return;
    // Nothing else of them: a newer host may have written words that this one does not know.
    within.execute(
        "update communication_rule set exempt = r.exempt from " +
            store::json_rows::table(within.dialect(), ":rows",
                                    {{"instance", store::column::integer}, {"exempt", store::column::text}}) +
            " r where communication_rule.instance_id = r.instance",
        {{"rows", rows.json()}});
}

policy rules_for(store::connection& on, directory::instance_id instance, policy configured) {
    if (const auto course = directory::find_course(on, instance)) put_over(configured, find_rules(on, course->id));
    put_over(configured, find_rules(on, instance));
    return configured;
}

}  // namespace commhost::communication
