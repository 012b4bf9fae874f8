#include "directory/picture.hpp"

#include "directory/codes.hpp"
#include "directory/erasure.hpp"
#include "directory/stored.hpp"
#include "directory_fixture.hpp"
#include "message/error.hpp"

#include <doctest/doctest.h>

#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

using namespace commhost;
using namespace commhost::test;
using namespace std::string_literals;

namespace {

const std::string png = "\x89PNG\r\n\x1a\n and more, with a \0 in it"s;

directory::change_set with_picture(const std::string& instance, const std::optional<std::string>& digest) {
    auto changes = changes_of("sis");
    auto record = course_named(instance, "Course");
    record.picture = digest;
    changes.instances.updated.push_back(record);
    return changes;
}

directory::change_set with_picture_of(const std::string& person_id, const std::optional<std::string>& digest) {
    auto changes = changes_of("sis");
    auto record = person(person_id);
    record.picture = digest;
    changes.users.updated.push_back(record);
    return changes;
}

std::int64_t stored_pictures(directory_fixture& directory) {
    return directory.sql().scalar<std::int64_t>("select count(*) from directory_picture").value();
}

}  // namespace

TEST_CASE("the type of a picture is told by its first bytes alone") {
    CHECK(directory::media_type_of(png) == "image/png");
    CHECK(directory::media_type_of("\xff\xd8\xff\xe0") == "image/jpeg");
    CHECK(directory::media_type_of("GIF89a...") == "image/gif");
    CHECK(directory::media_type_of("GIF87a...") == "image/gif");
    CHECK(directory::media_type_of("RIFF\x04\0\0\0WEBPVP8 "s) == "image/webp");
    for (const auto& other : {""s, "\x89PN"s, "RIFF\x04\0\0\0WAVEfmt "s, "RIFF"s, "<svg/>"s, "%PDF-1.7"s, "GIF90a"s})
        CHECK(directory::media_type_of(other).empty());
}

TEST_CASE("a picture's name is the digest of its bytes") {
    const auto made = directory::make_picture("GIF89a").value();
    // printf GIF89a | sha256sum
    CHECK(made.digest == "610f5ae4d76e332636a17bd357fd6ce99029316a99d320280d4d77a746bf29e8");
    CHECK(made.content.media_type == "image/gif");
    CHECK_FALSE(directory::make_picture("no picture").has_value());
    CHECK(directory::make_picture("GIF89a" + std::string(directory::largest_picture - 6, 'x')).has_value());
    CHECK_FALSE(directory::make_picture("GIF89a" + std::string(directory::largest_picture - 5, 'x')).has_value());
}

TEST_CASE("a picture is stored once for all that have it, found with its bytes, and dropped with the last") {
    directory_fixture directory;
    const auto logo = directory::make_picture(png).value();
    for (const auto* instance : {"c1", "c2"}) {
        auto changes = with_picture(instance, logo.digest);
        changes.pictures = {logo};
        CHECK(directory.apply(changes).size() == 1);
    }
    CHECK(stored_pictures(directory) == 1);
    CHECK(directory::find_instance(directory.sql(), course("c2"))->picture == logo.digest);
    const auto found = directory::find_picture(directory.sql(), logo.digest);
    REQUIRE(found.has_value());
    CHECK(found->content.bytes == png);
    CHECK(found->content.media_type == "image/png");

    // What the source does not say stays; what it empties goes.
    directory.apply(with_picture("c1", std::nullopt));
    CHECK(directory::find_instance(directory.sql(), course("c1"))->picture == logo.digest);
    directory.apply(with_picture("c1", ""));
    CHECK(directory::find_instance(directory.sql(), course("c1"))->picture.empty());
    CHECK(stored_pictures(directory) == 1);
    directory.apply(with_picture("c2", ""));
    CHECK(stored_pictures(directory) == 0);
    CHECK_FALSE(directory::find_picture(directory.sql(), logo.digest).has_value());
    CHECK_FALSE(directory::find_picture(directory.sql(), "").has_value());
}

TEST_CASE("an instance cannot have a picture that nobody brought") {
    directory_fixture directory;
    try {
        directory.apply(with_picture("c1", std::string(64, '0')));
        FAIL("was stored");
    } catch (const message::error& refused) {
        CHECK(refused.code() == directory::DIRECTORY_REFERENCE);
    }
    CHECK(directory::find_instance(directory.sql(), course("c1"))->picture.empty());
}

TEST_CASE("a picture that was damaged in the database is refused") {
    directory_fixture directory;
    const auto logo = directory::make_picture(png).value();
    auto changes = with_picture("c1", logo.digest);
    changes.pictures = {logo};
    directory.apply(changes);
    directory.sql().execute("update directory_picture set content = 'R0lGODlh'");
    try {
        directory::find_picture(directory.sql(), logo.digest);
        FAIL("was taken");
    } catch (const message::error& refused) {
        CHECK(refused.code() == directory::DIRECTORY_PICTURE);
    }
}

TEST_CASE("what is stored tells the pictures that there are") {
    directory_fixture directory;
    const auto logo = directory::make_picture(png).value();
    auto changes = with_picture("c1", logo.digest);
    changes.pictures = {logo};
    directory.apply(changes);
    const auto stored = directory::read_stored(directory.sql(), "sis");
    CHECK(stored.pictures == std::set<std::string, std::less<>>{logo.digest});
    CHECK(stored.instances[0].record.picture == logo.digest);
    CHECK(stored.instances[1].record.picture == "");
}

TEST_CASE(
    "a person has a picture as an instance has: what is not said stays, and what nobody has any more is dropped") {
    directory_fixture directory;
    const auto face = directory::make_picture(png).value();
    auto changes = with_picture_of("u1", face.digest);
    changes.pictures = {face};
    CHECK(directory.apply(changes) == instance_ids{directory.instance("c1")});
    CHECK(directory.user("u1").record.picture == face.digest);
    CHECK(directory.user("u2").record.picture == "");
    const auto of_all = std::vector{directory.user("u1").id, directory.user("u2").id};
    CHECK(directory::picture_digests(directory.sql(), of_all) == std::map{std::pair(of_all[0], face.digest)});
    const auto stored = directory::read_stored(directory.sql(), "sis");
    CHECK(stored.users[0].record.picture == face.digest);
    CHECK(stored.users[1].record.picture == "");

    directory.apply(with_picture("c1", face.digest));
    directory.apply(with_picture_of("u1", std::nullopt));
    CHECK(directory.user("u1").record.picture == face.digest);
    directory.apply(with_picture_of("u1", ""));
    CHECK(directory.user("u1").record.picture == "");
    CHECK(stored_pictures(directory) == 1);
    directory.apply(with_picture("c1", ""));
    CHECK(stored_pictures(directory) == 0);
}

TEST_CASE("the profile of a person is another one with another picture, and as it was before there were any without") {
    directory_fixture directory;
    const auto face = directory::make_picture(png).value();
    const std::vector users{directory.user("u1").id};
    const auto profile = [&] { return directory::profiles(directory.sql(), users).at(users.front()); };
    const auto before = profile();
    CHECK(before == directory::profile_of(person("u1")));
    auto changes = with_picture_of("u1", face.digest);
    changes.pictures = {face};
    directory.apply(changes);
    CHECK(profile() != before);
    directory.apply(with_picture_of("u1", ""));
    CHECK(profile() == before);
}

TEST_CASE("a person cannot have a picture that nobody brought") {
    directory_fixture directory;
    CHECK_THROWS_AS(directory.apply(with_picture_of("u1", std::string(64, '0'))), message::error);
    CHECK(directory.user("u1").record.picture == "");
}

TEST_CASE("the picture of an erased person goes with them, but for one that others have") {
    directory_fixture directory;
    const auto face = directory::make_picture(png).value();
    for (const auto* each : {"u1", "u2"}) {
        auto changes = with_picture_of(each, face.digest);
        changes.pictures = {face};
        directory.apply(changes);
    }
    const auto erase = [&](const std::string& external_id) {
        const auto user = directory.user(external_id).id;
        directory::begin_erasure(directory.sql(), user, 2000);
        CHECK(directory::finish_erasures(directory.sql(), std::array{user}, 3000).people.size() == 1);
        CHECK(directory::find_user(directory.sql(), user)->record.picture == "");
    };
    erase("u1");
    CHECK(stored_pictures(directory) == 1);
    erase("u2");
    CHECK(stored_pictures(directory) == 0);
}
