#include "roster/document.hpp"

#include "roster/codes.hpp"
#include "roster/date.hpp"
#include "roster_fixture.hpp"
#include "temporary_folder.hpp"
#include "text/base64.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

using namespace commhost;
using core_communication::room_role;
using roster::scope;
using test::lines;
using test::problems_of;
using test::refusal;

namespace {

const std::string head = R"({"format": "commhost-roster", "version": 1, "scope": "full", "component": "school", )";

roster::roster read(const std::string& rest) { return roster::read_document(head + rest + "}", "r.json"); }

}  // namespace

TEST_CASE("the sample document says what its reader understands") {
    const auto sample = roster::read_document(test::whole_file(test::fixtures / "roster/sample.json"), "sample.json");
    CHECK(problems_of(sample.problems).empty());
    CHECK(sample.users_scope == scope::full);
    REQUIRE(sample.users.size() == 4);
    CHECK(sample.users[0].record.display_name == "Ada Lovelace");
    CHECK(sample.users[1].record.display_name == "Amazing Grace");
    CHECK(sample.users[2].record.status == directory::user_status::suspended);
    REQUIRE(sample.instances.size() == 4);
    CHECK(sample.instances[0].record.key == directory::instance_key{"school", "course", "c-1"});
    CHECK(sample.instances[0].record.provider == "matrix");
    CHECK(sample.instances[0].record.settings == R"({"topic":"Ask here first"})");
    CHECK(sample.instances[2].record.key == directory::instance_key{"school", "group", "c-1-b"});
    CHECK(sample.instances[2].record.parent == sample.instances[0].record.key);
    CHECK(sample.instances[2].record.provider == std::nullopt);
    CHECK(sample.where(sample.instances[2].from).text() == "sample.json#/instances/0/groups/1");
    REQUIRE(sample.memberships.size() == 7);
    CHECK(sample.memberships[0].record.room_role == room_role::moderator);
    CHECK(sample.memberships[1].record.ends == roster::parse_date("2027-07-01"));
    CHECK(sample.memberships[2].record.status == directory::membership_status::suspended);
    CHECK(sample.memberships[4].record.room_role == room_role::owner);
    CHECK(sample.memberships[5].record.key.reference == "m-1");
    CHECK(sample.memberships[5].record.begins == roster::parse_date("2026-09-01T06:00:00Z"));
}

TEST_CASE("what the schema's good documents say is read") {
    int count = 0;
    for (const auto& file : std::filesystem::directory_iterator(test::fixtures / "roster/good")) {
        CAPTURE(file.path());
        CHECK(refusal([&] { roster::read_document(test::whole_file(file.path()), "r.json"); }) == "");
        ++count;
    }
    CHECK(count > 3);
}

TEST_CASE("what the schema refuses is refused, with a place") {
    int count = 0;
    for (const auto& file : std::filesystem::directory_iterator(test::fixtures / "roster/bad")) {
        CAPTURE(file.path());
        const auto message = refusal([&] { roster::read_document(test::whole_file(file.path()), "r.json"); });
        CHECK(message.starts_with("ROSTER_JSON_"));
        CHECK(message.find(": r.json:") != std::string::npos);
        ++count;
    }
    CHECK(count > 20);
}

TEST_CASE("a refusal points at the value") {
    CHECK(refusal([] {
              read("\n\"users\": [{\"id\": \"a\", \"username\": \"a\"},\n{\"id\": \"b\",\n\"username\": 7}]");
          }) == "ROSTER_JSON_VALUE: r.json:4#/users/1/username: here must be a text. Nothing was changed.");
    CHECK(refusal([] {
              read(R"("instances": [{"id": "c", "name": "C", "groups": [{"id": "g", "name": "G", "a/b": 1}]}])");
          }) == "ROSTER_JSON_FIELD: r.json:1#/instances/0/groups/0/a~1b: there is no field 'a/b' in a roster. Nothing "
                "was changed.");
}

TEST_CASE("a list that is not there says nothing, an empty one that nobody is left") {
    const auto some = read(R"("users": [])");
    CHECK(some.users_scope == scope::full);
    CHECK(some.memberships_scope == scope::partial);
}

TEST_CASE("in a document, too, nobody gets the id of somebody who was erased, and who has one may go") {
    const auto read_users = read(R"("users": [{"id": "erased-17", "username": "a"}, {"id": "b", "username": "a"},
                                              {"id": "erased-18", "status": "deleted"}])");
    CHECK(problems_of(read_users.problems) == lines{"ROSTER_ERASED_ID r.json:1#/users/0"});
    CHECK(read_users.unreadable_users == lines{"erased-17"});
    REQUIRE(read_users.users.size() == 2);
    CHECK(read_users.users[0].record.username == "a");
    CHECK(read_users.users[1].removed);
}

TEST_CASE("an id that is there twice is left out the second time, and the rest is used") {
    const auto doubled = read(R"("users": [{"id": "a", "username": "a"}, {"id": "a", "username": "b"},
                                           {"id": "c", "username": "a"}],
                                 "instances": [{"id": "c", "name": "C", "groups": [{"type": "course", "id": "c", "name": "D"}]}],
                                 "memberships": [{"instance": "c", "user": "a", "role": "student"},
                                                 {"instance": "c", "user": "a", "role": "teacher"},
                                                 {"id": "m", "instance": "c", "user": "a", "role": "student"},
                                                 {"id": "m", "instance": "c", "user": "b", "role": "student"}])");
    CHECK(problems_of(doubled.problems) ==
          lines{"ROSTER_TWICE r.json:1#/users/1", "ROSTER_NOBODY_GONE r.json:1#/users",
                "ROSTER_USERNAME_TWICE r.json:2#/users/2", "ROSTER_TWICE r.json:3#/instances/0/groups/0",
                "ROSTER_NOBODY_GONE r.json:3#/instances", "ROSTER_TWICE r.json:5#/memberships/1",
                "ROSTER_TWICE r.json:7#/memberships/3"});
    CHECK(doubled.users.size() == 1);
    CHECK(doubled.instances.size() == 1);
    CHECK(doubled.memberships.size() == 2);
}

TEST_CASE("a role that is not known gets the least and is noted") {
    const auto unknown = read(R"("memberships": [{"instance": "c", "user": "a", "role": "Mascot"},
                                                 {"instance": "d", "user": "a", "role": "Teacher"}])");
    CHECK(problems_of(unknown.problems) == lines{"ROSTER_ROLE r.json:1#/memberships/0"});
    CHECK(unknown.memberships[0].record.room_role == room_role::member);
    CHECK(unknown.memberships[0].record.role == "Mascot");
    CHECK(unknown.memberships[1].record.room_role == room_role::moderator);
}

TEST_CASE("dates can be ignored") {
    roster::reading how;
    how.ignore_dates = true;
    const auto sample =
        roster::read_document(test::whole_file(test::fixtures / "roster/sample.json"), "sample.json", how);
    CHECK(sample.memberships[1].record.ends == std::nullopt);
}

namespace {

/// 1 by 1 pixel, as small as such files are.
const std::string png =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

std::string with_picture(const std::string& picture) {
    return R"("instances": [{"id": "c-1", "name": "Computing", "picture": ")" + picture + R"("}])";
}

/// The reason that is given for a picture that is not taken; nothing for one that is.
std::string picture_fault(const std::string& picture, const std::filesystem::path& folder = {}) {
    const auto found = roster::read_document(head + with_picture(picture) + "}", "r.json", {}, folder);
    REQUIRE(found.instances.size() == 1);
    CHECK(found.instances[0].record.picture.has_value() == found.problems.kept().empty());
    CHECK(found.pictures.size() == (found.problems.kept().empty() ? 1 : 0));
    if (found.problems.kept().empty()) return "";
    CHECK(found.problems.left_out() == 0);
    CHECK(found.problems.kept()[0].code == roster::ROSTER_PICTURE);
    CHECK(found.problems.kept()[0].place.text() == "r.json:1#/instances/0/picture");
    return found.problems.kept()[0].text();
}

bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a picture comes from a data: URI or a file beside the document, and is kept once") {
    const test::temporary_folder folder;
    const auto bytes = text::from_base64(png).value();
    std::filesystem::create_directories(folder.path() / "logos");
    std::ofstream(folder.path() / "logos" / "school.png", std::ios::binary) << bytes;
    const auto found =
        roster::read_document(head + R"("instances": [{"id": "a", "name": "A", "picture": "logos/school.png"},
                                {"id": "b", "name": "B", "picture": "data:image/png;base64,)" +
                                  png + R"("}, {"id": "c", "name": "C", "picture": "./logos/school.png"},
            {"id": "d", "name": "D", "picture": ""}, {"id": "e", "name": "E",
             "groups": [{"id": "g", "name": "G", "picture": "logos/school.png"}]}]})",
                              "r.json", {}, folder.path());
    CHECK(problems_of(found.problems).empty());
    REQUIRE(found.pictures.size() == 1);
    CHECK(found.pictures[0].content.media_type == "image/png");
    CHECK(found.pictures[0].content.bytes == bytes);
    for (const auto index : {0U, 1U, 2U, 5U}) CHECK(found.instances[index].record.picture == found.pictures[0].digest);
    CHECK(found.instances[3].record.picture == "");
    CHECK(found.instances[4].record.picture == std::nullopt);
}

TEST_CASE("a person's picture is read as that of an instance, and one that cannot be taken leaves the person") {
    const auto uri = "data:image/png;base64," + png;
    const auto found = read(R"("users": [{"id": "a", "username": "a", "picture": ")" + uri +
                            R"("}, {"id": "b", "username": "b", "picture": ""}, {"id": "c", "username": "c"},
                {"id": "d", "username": "d", "picture": "https://school.example/d.png"}],
             "instances": [{"id": "i", "name": "I", "picture": ")" +
                            uri + R"("}])");
    REQUIRE(found.pictures.size() == 1);
    REQUIRE(found.users.size() == 4);
    CHECK(found.users[0].record.picture == found.pictures[0].digest);
    CHECK(found.users[1].record.picture == "");
    CHECK(found.users[2].record.picture == std::nullopt);
    CHECK(found.users[3].record.picture == std::nullopt);
    CHECK(problems_of(found.problems) == lines{"ROSTER_PICTURE r.json:2#/users/3/picture"});
    CHECK(found.problems.left_out() == 0);
}

TEST_CASE("the pictures of a document are taken up to 256 MiB, and the others told") {
    const test::temporary_folder folder;
    const auto bytes = text::from_base64(png).value();
    std::string users;
    for (int number = 0; number < 257; ++number) {
        const auto name = std::to_string(1000 + number);
        std::ofstream(folder.path() / name, std::ios::binary)
            << bytes << std::string((1U << 20U) - bytes.size() - name.size(), 'x') << name;
        users += (users.empty() ? "" : ",") + (R"({"id": ")" + name) + R"(", "username": ")" + name +
                 R"(", "picture": ")" + name + "\"}";
    }
    const auto found = roster::read_document(head + "\"users\": [" + users + "]}", "r.json", {}, folder.path());
    CHECK(found.pictures.size() == 256);
    CHECK(found.users.size() == 257);
    CHECK(found.users[255].record.picture == found.pictures[255].digest);
    CHECK(found.users[256].record.picture == std::nullopt);
    REQUIRE(found.problems.kept().size() == 1);
    CHECK(says(found.problems.kept()[0].text(), "256 MiB"));
}

TEST_CASE("a picture that cannot be taken is told with its place, and the rest is used") {
    const test::temporary_folder folder;
    std::filesystem::create_directories(folder.path() / "rosters");
    const auto bytes = text::from_base64(png).value();
    std::ofstream(folder.path() / "outside.png", std::ios::binary) << bytes;
    std::ofstream(folder.path() / "rosters" / "text.png") << "no picture at all";
    std::ofstream(folder.path() / "rosters" / "empty.png");
    std::ofstream(folder.path() / "rosters" / "vector.svg") << "<svg xmlns='http://www.w3.org/2000/svg'/>";
    std::ofstream(folder.path() / "rosters" / "large.png", std::ios::binary) << bytes << std::string(1U << 20U, 'x');
    std::ofstream(folder.path() / "rosters" / "largest.png", std::ios::binary)
        << bytes << std::string((1U << 20U) - bytes.size(), 'x');
    std::filesystem::create_symlink("../outside.png", folder.path() / "rosters" / "link.png");
    const auto rosters = folder.path() / "rosters";

    CHECK(says(picture_fault("text.png", rosters), "no PNG, JPEG, GIF or WebP"));
    CHECK(says(picture_fault("empty.png", rosters), "no PNG, JPEG, GIF or WebP"));
    CHECK(says(picture_fault("vector.svg", rosters), "no PNG, JPEG, GIF or WebP"));
    CHECK(says(picture_fault("large.png", rosters), "more than 1 MiB"));
    CHECK(picture_fault("largest.png", rosters).empty());
    CHECK(says(picture_fault("../outside.png", rosters), "leads out of"));
    CHECK(says(picture_fault("link.png", rosters), "leads out of"));
    CHECK(says(picture_fault((folder.path() / "outside.png").string(), rosters), "leads out of"));
    CHECK(says(picture_fault(".", rosters), "leads out of"));
    CHECK(says(picture_fault("missing.png", rosters), "cannot be read"));
    CHECK(says(picture_fault("https://school.example/logo.png", rosters), "it is an address"));
    CHECK(says(picture_fault("logo.png"), "no folder"));
    CHECK(says(picture_fault("data:image/png,abc"), "no data: URI such as"));
    CHECK(says(picture_fault("data:image/png;base64," + png.substr(0, 20) + "!!!"), "no Base64"));
    CHECK(says(picture_fault("data:image/jpeg;base64," + png), "its bytes are image/png"));
    CHECK(
        says(picture_fault("data:image/png;base64," + std::string((1U << 20U) / 3 * 4 + 40, 'A')), "more than 1 MiB"));
}

TEST_CASE("further fields of a person are read, within their limits") {
    const auto found = read(R"("users": [{"id": "p", "username": "ada", "fields": {"phone": "+47 1", "badge": "7"}},
                                         {"id": "q", "username": "ben"}])");
    CHECK(found.users[0].record.fields == directory::profile_fields{{"badge", "7"}, {"phone", "+47 1"}});
    CHECK(found.users[1].record.fields.empty());

    const auto with = [](const std::string& fields) {
        return refusal([&] { read(R"("users": [{"id": "p", "username": "ada", "fields": )" + fields + "}]"); });
    };
    CHECK(with("[]") != "");
    CHECK(with(R"({"phone": 7})") != "");
    CHECK(with(R"({"phone": ""})") != "");
    CHECK(with(R"({"": "x"})") != "");
    CHECK(with(R"({"phone": "a\nb"})") != "");
    CHECK(with(R"({")" + std::string(61, 'k') + R"(": "x"})") != "");
    CHECK(with(R"({")" + std::string(60, 'k') + R"(": ")" + std::string(1000, 'v') + R"("})") == "");
    CHECK(with(R"({"phone": ")" + std::string(1001, 'v') + R"("})") != "");
    std::string many = "{";
    for (int number = 0; number < 33; ++number)
        many += (number == 0 ? "" : ",") + ('"' + std::to_string(number)) + R"(": "x")";
    CHECK(with(many + "}") != "");
}
