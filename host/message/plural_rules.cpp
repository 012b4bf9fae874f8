#include "message/plural_rules.hpp"

#include <unicode/locid.h>
#include <unicode/plurrule.h>
#include <unicode/unistr.h>

#include <set>

namespace commhost::message {

struct plural_rules::implementation {
    std::unique_ptr<icu::PluralRules> rules;  ///< Null where ICU has no data: then every number is "other".
};

plural_rules::plural_rules(std::string_view language) : language_(language) {}
plural_rules::~plural_rules() = default;

const plural_rules::implementation& plural_rules::rules() const {
    std::call_once(made_, [this] {
        auto made = std::make_unique<implementation>();
        UErrorCode status = U_ZERO_ERROR;
        made->rules.reset(icu::PluralRules::forLocale(icu::Locale(language_.c_str()), status));
        // A message in a clumsy form is better than none, so an ICU without its data is no error here.
        if (U_FAILURE(status) != 0) made->rules.reset();
        implementation_ = std::move(made);
    });
    return *implementation_;
}

std::string plural_rules::category(std::int64_t number) const {
    const auto& known = rules().rules;
    std::string name;
    // A double has every whole number below 2^53; which category a larger one has depends on its last digits at most.
    if (known) known->select(static_cast<double>(number)).toUTF8String(name);
    return name.empty() ? "other" : name;
}

std::vector<std::string> plural_rules::categories() const {
    // Asked of numbers, not of getKeywords, which names the categories of fractions too (Czech: many). CLDR's rules for
    // whole numbers look at the last three digits, and at whole thousands and millions.
    std::set<std::string> found;
    for (std::int64_t number = 0; number <= 1100; ++number) found.insert(category(number));
    for (std::int64_t number = 10'000; number <= 1'000'000'000; number *= 10) found.insert(category(number));
    return {found.begin(), found.end()};
}

}  // namespace commhost::message
