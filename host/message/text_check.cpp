#include "message/text_check.hpp"

#include "message/codes.hpp"
#include "message/plural_rules.hpp"

#include <algorithm>
#include <iterator>
#include <set>

namespace commhost::message {

namespace {

using names = std::set<std::string>;

names without(const names& all, const names& those) {
    names left;
    std::set_difference(all.begin(), all.end(), those.begin(), those.end(), std::inserter(left, left.end()));
    return left;
}

std::string listed(const names& all, std::string_view before = "", std::string_view behind = "") {
    std::string list;
    for (const auto& each : all) {
        if (!list.empty()) list += ", ";
        list.append(before).append(each).append(behind);
    }
    return list;
}

class text_checker {
  public:
    explicit text_checker(std::string_view language) {
        const auto categories = plural_rules(language).categories();
        categories_.insert(categories.begin(), categories.end());
    }

    void check(const std::string& key, std::string_view text, std::string_view english) {
        const auto content = examine(text);
        if (!content.fault.empty()) {
            add(LANG_PATTERN, key, {{"reason", content.fault}});
            return;
        }
        const auto wanted = examine(english).placeholders;
        if (const auto unknown = without(content.placeholders, wanted); !unknown.empty())
            add(LANG_PLACEHOLDER_UNKNOWN, key, {{"names", listed(unknown, "{", "}")}});
        if (const auto missing = without(wanted, content.placeholders); !missing.empty())
            add(LANG_PLACEHOLDER_MISSING, key, {{"names", listed(missing, "{", "}")}});
        for (const auto& [argument, branches] : content.plural) check_plural(key, branches);
    }

    std::vector<text_fault> take() { return std::move(faults_); }

    void add(code which, const std::string& key, arguments values) {
        values.insert(values.begin(), {"key", key});
        faults_.push_back({which, key, std::move(values)});
    }

  private:
    void check_plural(const std::string& key, const names& branches) {
        names named;
        for (const auto& branch : branches)
            if (!branch.starts_with('=')) named.insert(branch);
        auto wanted = categories_;
        // What has a branch for the one number that the category stands for needs no other: =1 in place of one.
        if (branches.contains("=1")) wanted.erase("one");
        if (branches.contains("=0")) wanted.erase("zero");
        if (branches.contains("=2")) wanted.erase("two");
        if (const auto missing = without(wanted, named); !missing.empty())
            add(LANG_PLURAL_MISSING, key, {{"categories", listed(missing)}});
        auto known = categories_;
        known.insert("other");
        if (const auto unknown = without(named, known); !unknown.empty())
            add(LANG_PLURAL_UNKNOWN, key, {{"categories", listed(unknown)}});
    }

    names categories_;
    std::vector<text_fault> faults_;
};

}  // namespace

std::vector<text_fault> check_texts(std::string_view language, const string_table& texts, const string_table& english) {
    text_checker checker(language);
    for (const auto& [key, text] : texts) {
        const auto original = english.find(key);
        if (original == english.end()) {
            checker.add(LANG_KEY_UNKNOWN, key, {});
        } else {
            checker.check(key, text, original->second);
        }
    }
    return checker.take();
}

std::vector<text_fault> missing_texts(const string_table& texts, const string_table& english) {
    std::vector<text_fault> faults;
    for (const auto& [key, text] : english) {
        if (!texts.contains(key)) faults.push_back({LANG_KEY_MISSING, key, {{"key", key}}});
    }
    return faults;
}

}  // namespace commhost::message
