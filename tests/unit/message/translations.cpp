#include "message/translations.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

using namespace commhost;
using list = std::vector<std::string>;

TEST_CASE("a file is a table of texts, and of texts within objects") {
    const auto table = message::table_of(boost::json::parse(R"({"a": "x", "B": {"title": "y", "done": "z"}})"));
    CHECK(table == message::string_table{{"a", "x"}, {"B/title", "y"}, {"B/done", "z"}});
    for (const auto* wrong : {"[]", R"({"a": 1})", R"({"a": {"b": {"c": "x"}}})"})
        CHECK_THROWS_AS(message::table_of(boost::json::parse(wrong)), std::invalid_argument);
}

TEST_CASE("a text comes from the first language that has it, with that language's plurals") {
    message::translations texts;
    texts.put("en", {{"rooms", "{n, plural, one {room} other {rooms}}"}, {"only", "English"}});
    texts.put("pl", {{"rooms", "{n, plural, one {a} few {b} many {c} other {d}}"}});
    const list polish{"pl", "en"};
    CHECK(texts.text(polish, "rooms", {{"n", "5"}}) == "c");
    CHECK(texts.text(polish, "only", {}) == "English");
    CHECK(texts.text(list{"fr", "en"}, "rooms", {{"n", "1"}}) == "room");
    CHECK(!texts.text(polish, "nothing", {}));
    CHECK(texts.find(polish, "nothing") == nullptr);
    CHECK(*texts.find(polish, "only") == "English");
    CHECK(texts.languages() == list{"en", "pl"});
    CHECK(texts.table("fr") == nullptr);
}

TEST_CASE("what is put in later stands over what is there") {
    message::translations texts;
    texts.put("de", {{"a", "alt"}, {"b", "bleibt"}});
    texts.put("de", {{"a", "neu"}});
    CHECK(*texts.find(list{"de"}, "a") == "neu");
    CHECK(*texts.find(list{"de"}, "b") == "bleibt");
}
