#include "text/nearest.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using commhost::text::nearest;
using list = std::vector<std::string_view>;

namespace {

const list codes{"PLUGIN_NAME", "PLUGIN_OWNER", "PLUGIN_WRITABLE", "STORE_OPEN", "STORE_NEWER"};

}  // namespace

TEST_CASE("a mistyped word finds the one that was meant first") {
    CHECK(nearest("PLUGIN_ONWER", codes).front() == "PLUGIN_OWNER");
    CHECK(nearest("PLUGINOWNER", codes).front() == "PLUGIN_OWNER");
    CHECK(nearest("STORE_OPENN", codes).front() == "STORE_OPEN");
}

TEST_CASE("a part of a word finds those that have it") {
    CHECK(nearest("STORE", codes).size() == 2);
    CHECK(nearest("WRITABLE", codes) == list{"PLUGIN_WRITABLE"});
    CHECK(nearest("PLUGIN", codes, 2).size() == 2);
}

TEST_CASE("what nobody can have meant finds nothing") {
    CHECK(nearest("", codes).empty());
    CHECK(nearest("XYZ", codes).empty());
    CHECK(nearest(std::string(100'000, 'P'), codes).empty());
}
