#include "matrix/bounded_json.hpp"

#include "matrix/answer.hpp"

#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

#include <string>

using namespace communication_matrix;

namespace {

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

}  // namespace

TEST_CASE("foreign content is read and given back whole, as deep as a server stores it") {
    const auto levels = R"({"users":{"@a:x":50},"org.example.deep":)" + nested(999) + "}";
    CHECK(boost::json::serialize(object_in({200, {}, levels})) == levels);
}

TEST_CASE("what is deeper than any server stores is no error, and comes as null") {
    const auto deep = object_in({200, {}, R"({"room_id":"!r","x":)" + nested(30'000) + R"(,"y":"]"})"});
    CHECK(required_text(deep, "room_id") == "!r");
    CHECK(required_text(deep, "y") == "]");
}

TEST_CASE("the reason in a deep answer is found") {
    const auto body = R"({"x":)" + nested(5000) + R"(,"errcode":"M_FORBIDDEN"})";
    CHECK(errcode_of({403, {}, body}) == "M_FORBIDDEN");
}

TEST_CASE("what is no document is told") {
    for (const auto& text : {std::string(), std::string("{"), std::string("{} {}"), std::string(2000, '['),
                             nested(2000) + "]", std::string(1500, '[') + "}" + std::string(1500, ']')}) {
        boost::json::error_code failed;
        CHECK(parse_bounded(text, failed).is_null());
        CHECK(failed);
    }
}
