#include "worker/inquiry_order.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <vector>

using namespace commhost;
using plugin::setting_type;

TEST_CASE("an order keeps all that it says through JSON") {
    worker::inquiry_order order;
    order.folder = "/plugins/example";
    order.component = "communication_example";
    order.site = {{"token", setting_type::secret, "hunter2"}, {"address", setting_type::url, std::nullopt}};
    order.room = {{"open", setting_type::boolean, "true"}};
    order.texts = {{"en", {{"pluginname", "Example"}}}, {"de", {{"pluginname", "Beispiel"}}}};
    order.languages = {"de", "en"};
    order.ca_file = "/ca.pem";
    order.proxy = "http://proxy";
    order.about = {core_communication::user_id{17}, "@ada:school"};
    order.repairs = {"rate_limit", "token"};
    const auto back = worker::inquiry_order_of(to_json(order));
    CHECK(back.folder == order.folder);
    CHECK(back.component == order.component);
    REQUIRE(back.site.size() == 2);
    CHECK(back.site[0].name == "token");
    CHECK(back.site[0].type == setting_type::secret);
    CHECK(back.site[0].text == "hunter2");
    CHECK(back.site[1].type == setting_type::url);
    CHECK(!back.site[1].text);
    REQUIRE(back.room.size() == 1);
    CHECK(back.room[0].text == "true");
    CHECK(back.texts == order.texts);
    CHECK(back.languages == order.languages);
    CHECK(back.ca_file == order.ca_file);
    CHECK(back.proxy == order.proxy);
    REQUIRE(back.about.has_value());
    CHECK(back.about->person == core_communication::user_id{17});
    CHECK(back.about->account == "@ada:school");
    CHECK(back.repairs == order.repairs);
    order.about.reset();
    CHECK(!worker::inquiry_order_of(to_json(order)).about);
    CHECK_THROWS_AS(worker::inquiry_order_of("{}"), std::exception);
    CHECK_THROWS_AS(worker::inquiry_order_of(""), std::exception);
}

TEST_CASE("a plugin reads the settings of an order by their types, and nothing where none has a value") {
    const std::vector<worker::inquiry_order::setting> settings{
        {"token", setting_type::secret, "hunter2"}, {"address", setting_type::url, "https://a.example"},
        {"access", setting_type::choice, "invite"}, {"tries", setting_type::integer, "3"},
        {"wait", setting_type::duration, "90s"},    {"names", setting_type::list, R"(["x","y"])"},
        {"open", setting_type::boolean, "true"},    {"nobody_set", setting_type::text, std::nullopt}};
    const auto values = worker::values_of("communication_example", settings);
    CHECK(values.text("token") == "hunter2");
    CHECK(values.secret_texts() == std::vector<std::string>{"hunter2"});
    CHECK(values.urls() == std::vector<std::string>{"https://a.example"});
    CHECK(values.text("access") == "invite");
    CHECK(values.integer("tries") == 3);
    CHECK(values.duration("wait") == std::chrono::seconds(90));
    CHECK(values.list("names") == std::vector<std::string>{"x", "y"});
    CHECK(values.boolean("open"));
    CHECK(values.text("nobody_set").empty());
}
