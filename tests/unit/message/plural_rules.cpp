#include "message/plural_rules.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using commhost::message::plural_rules;

TEST_CASE("a language has the categories that CLDR gives its whole numbers") {
    using list = std::vector<std::string>;
    CHECK(plural_rules("en").categories() == list{"one", "other"});
    CHECK(plural_rules("de").categories() == list{"one", "other"});
    CHECK(plural_rules("ja").categories() == list{"other"});
    CHECK(plural_rules("pl").categories() == list{"few", "many", "one"});
    CHECK(plural_rules("cs").categories() == list{"few", "one", "other"});
    CHECK(plural_rules("fr").categories() == list{"many", "one", "other"});
    CHECK(plural_rules("ar").categories() == list{"few", "many", "one", "other", "two", "zero"});
}

TEST_CASE("a language that nobody speaks has one form for all numbers") {
    CHECK(plural_rules("zz").categories() == std::vector<std::string>{"other"});
    CHECK(plural_rules("").category(1) == "other");
}

TEST_CASE("a number has its category, whatever its size") {
    CHECK(plural_rules("de_at").category(1) == "one");
    CHECK(plural_rules("fr").category(0) == "one");
    CHECK(plural_rules("fr").category(1'000'000) == "many");
}
