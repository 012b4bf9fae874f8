#include "communication/parity_metrics.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace commhost;
using communication::odd_member;
using communication::room_parity;

namespace {

room_parity room_of(const std::string& provider, std::int64_t roster, std::int64_t in_room, std::vector<odd_member> odd,
                    std::optional<store::milliseconds_utc> read) {
    return {
        communication::communication_id{1}, directory::instance_id{1}, provider, roster, in_room, std::move(odd), read};
}

odd_member odd(std::int64_t user, bool wanted) { return {core_communication::user_id{user}, wanted, std::nullopt}; }

bool has_line(const std::string& text, const std::string& line) {
    return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

}  // namespace

TEST_CASE("the rooms of each provider are summed up, and the oldest reading has its age") {
    const std::vector rooms{room_of("matrix", 3, 2, {odd(1, true)}, 90'000),
                            room_of("matrix", 2, 4, {odd(2, false), odd(3, false)}, 40'500),
                            room_of("matrix", 1, 1, {}, std::nullopt), room_of("link", 5, 5, {}, std::nullopt)};
    const auto text = communication::parity_metrics(rooms, 100'000);
    CHECK(has_line(text, "# TYPE commhost_rooms gauge"));
    CHECK(has_line(text, R"(commhost_rooms{provider="matrix"} 3)"));
    CHECK(has_line(text, R"(commhost_rooms{provider="link"} 1)"));
    CHECK(has_line(text, R"(commhost_rooms_different{provider="matrix"} 2)"));
    CHECK(has_line(text, R"(commhost_rooms_never_read{provider="matrix"} 1)"));
    CHECK(has_line(text, R"(commhost_members_wanted{provider="matrix"} 6)"));
    CHECK(has_line(text, R"(commhost_members_there{provider="matrix"} 7)"));
    CHECK(has_line(text, R"(commhost_members_missing{provider="matrix"} 1)"));
    CHECK(has_line(text, R"(commhost_members_surplus{provider="matrix"} 2)"));
    CHECK(has_line(text, R"(commhost_oldest_reading_seconds{provider="matrix"} 59.5)"));
    CHECK(text.find(R"(commhost_oldest_reading_seconds{provider="link"})") == std::string::npos);
    CHECK(text.ends_with("\n"));
}

TEST_CASE("a reading from the future is of now") {
    const auto text = communication::parity_metrics(std::vector{room_of("matrix", 0, 0, {}, 200)}, 100);
    CHECK(has_line(text, R"(commhost_oldest_reading_seconds{provider="matrix"} 0)"));
}

TEST_CASE("without a room no number is told") {
    CHECK(communication::parity_metrics({}, 0).find("{provider=") == std::string::npos);
}
