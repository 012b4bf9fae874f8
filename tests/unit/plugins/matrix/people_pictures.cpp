#include "matrix/people_pictures.hpp"

#include "matrix/communication_feature.hpp"
#include "scripted_server.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <vector>

using namespace commhost::test;
using core_communication::account_origin;
using core_communication::failure;
using core_communication::http_response;
using core_communication::picture_note;
using core_communication::provider_error;
using core_communication::user_id;

namespace {

using lines = std::vector<std::string>;

const std::string accounts = "/_synapse/admin/v2/users/";
const std::string upload = "POST /_matrix/media/v3/upload";

std::string show(const std::string& name) { return "PUT /_matrix/client/v3/profile/%40" + name + "%3As/avatar_url"; }

/// A homeserver with the accounts of one test, which show what is told: "" for none. Uploads lie at mxc://s/1, mxc://s/2 ...
struct school {
    school() {
        processor.set_site_settings(settings_of_matrix());
        processor.set_room_settings(settings_of_matrix_room());
        processor.add_person({ada, "ada", "Ada", "", "", "", {}});
        processor.add_person({ben, "ben", "Ben", "", "", "", {}});
    }

    http_response answer(const std::string& asked) {
        if (asked == "GET /_matrix/client/v3/account/whoami") return {200, {}, R"({"user_id":"@commhost:s"})"};
        if (asked == "GET /_matrix/client/versions") return {200, {}, R"({"versions":["v1.1"]})"};
        if (asked == upload) return {200, {}, R"({"content_uri":"mxc://s/)" + std::to_string(++uploads) + R"("})"};
        for (const auto* name : {"ada", "ben"})
            if (asked == "GET " + accounts + "%40" + name + "%3As" && there.contains(name))
                return {200,
                        {},
                        R"({"name":"@)" + std::string(name) + R"(:s","displayname":")" +
                            (name == std::string("ada") ? "Ada" : "Ben") + R"(","avatar_url":)" +
                            (shown.empty() ? "null" : '"' + shown + '"') + "}"};
        if (asked.starts_with("PUT " + accounts)) return {201, {}, "{}"};
        if (asked.starts_with("PUT /_matrix/client/v3/profile/")) {
            if (avatar_fault) throw provider_error(*avatar_fault);
            return {
                avatar_status, {}, avatar_status == 200 ? "{}" : R"({"errcode":"M_FORBIDDEN","error":"no such kind"})"};
        }
        return {404, {}, R"({"errcode":"M_NOT_FOUND"})"};
    }

    void give(user_id user, const std::string& digest) {
        processor.set_picture_of(user, digest,
                                 digest.empty() ? std::nullopt
                                                : std::optional(core_communication::picture{"image/png", digest}));
    }
    void answer_uploads_with(const http_response& answer) {
        server.answer_differently(
            [answer](const std::string& asked) { return asked == upload ? std::optional(answer) : std::nullopt; });
    }
    void made(user_id user, const std::string& name) {
        there.insert(name);
        processor.set_account(user, "@" + name + ":s", account_origin::made);
    }
    /// What is written by a task, which has an object of its own.
    lines create(const std::vector<user_id>& users) {
        const auto before = server.asked().size();
        communication_matrix::communication_feature provider;
        provider.load_for_instance(processor);
        processor.ask(users, [&] { provider.create_members(users); });
        lines written(server.asked().begin() + static_cast<std::ptrdiff_t>(before), server.asked().end());
        std::erase_if(written, [](const auto& each) { return each.starts_with("GET "); });
        return written;
    }
    std::string note() { return processor.pictures(std::array{ada})[0].note; }
    std::string sent() const { return server.requests().back().body; }

    user_id ada{1};
    user_id ben{2};
    std::set<std::string> there;
    std::string shown;
    int uploads = 0;
    int avatar_status = 200;
    std::optional<provider_error> avatar_fault;
    core_communication::testing::scripted_http server =
        server_of([this](const std::string& asked) { return answer(asked); });
    core_communication::testing::memory_processor processor{server, "room-key-of-the-test"};
};

}  // namespace

TEST_CASE("a new account shows its person's picture, and nothing is sent again") {
    school at;
    at.give(at.ada, "aa");
    CHECK(at.create({at.ada}) == lines{"PUT " + accounts + "%40ada%3As", upload, show("ada")});
    CHECK(at.sent() == R"({"avatar_url":"mxc://s/1"})");
    CHECK(at.note() == "aa mxc://s/1");
    CHECK(at.processor.synced() == std::set{at.ada});
    at.there.insert("ada");
    at.shown = "mxc://s/1";
    CHECK(at.create({at.ada}).empty());
    CHECK(at.processor.pictures_of_people_read() == 1);
}

TEST_CASE("another picture takes the place of whatever the account shows, and is taken away only if it is ours") {
    school at;
    at.made(at.ada, "ada");
    at.shown = "mxc://s/her-own";
    CHECK(at.create({at.ada}).empty());
    at.give(at.ada, "aa");
    CHECK(at.create({at.ada}) == lines{upload, show("ada")});
    // She sets one herself: it stays until the roster has another one.
    CHECK(at.create({at.ada}).empty());
    at.give(at.ada, "bb");
    CHECK(at.create({at.ada}) == lines{upload, show("ada")});
    CHECK(at.note() == "bb mxc://s/2");
    SUBCASE("ours") {
        at.shown = "mxc://s/2";
        at.give(at.ada, "");
        CHECK(at.create({at.ada}) == lines{show("ada")});
        CHECK(at.sent() == R"({"avatar_url":""})");
    }
    SUBCASE("her own") {
        at.give(at.ada, "");
        CHECK(at.create({at.ada}).empty());
    }
    CHECK(at.note().empty());
    CHECK(at.processor.synced() == std::set{at.ada});
}

TEST_CASE("an account that somebody else made keeps the picture that it has") {
    school at;
    at.there.insert("ada");
    at.give(at.ada, "aa");
    CHECK(at.create({at.ada}).empty());
    CHECK(at.processor.synced() == std::set{at.ada});
    CHECK_FALSE(at.processor.has_made(at.ada));
}

TEST_CASE("a picture that several people have is uploaded once for those of a call") {
    school at;
    at.made(at.ada, "ada");
    at.made(at.ben, "ben");
    at.give(at.ada, "aa");
    at.give(at.ben, "aa");
    CHECK(at.create({at.ada, at.ben}) == lines{upload, show("ada"), show("ben")});
}

TEST_CASE("what was uploaded before the server went away is not uploaded again") {
    school at;
    at.made(at.ada, "ada");
    at.give(at.ada, "aa");
    at.avatar_fault = provider_error(failure::unavailable, "gone");
    at.create({at.ada});
    CHECK(at.note() == "aa mxc://s/1 begun");
    CHECK(at.processor.failed().at(at.ada).kind() == failure::unavailable);
    at.avatar_fault.reset();
    SUBCASE("and not shown") { CHECK(at.create({at.ada}) == lines{show("ada")}); }
    SUBCASE("and shown") {
        at.shown = "mxc://s/1";
        CHECK(at.create({at.ada}).empty());
    }
    SUBCASE("and is wanted no more, though it is shown") {
        at.shown = "mxc://s/1";
        at.give(at.ada, "");
        CHECK(at.create({at.ada}) == lines{show("ada")});
        CHECK(at.note().empty());
        return;
    }
    CHECK(at.note() == "aa mxc://s/1");
}

TEST_CASE("a picture of ours goes when none is wanted any more, also where the next one was never shown") {
    school at;
    at.made(at.ada, "ada");
    at.give(at.ada, "aa");
    at.create({at.ada});
    at.shown = "mxc://s/1";
    at.give(at.ada, "bb");
    at.avatar_status = 403;
    at.create({at.ada});
    CHECK(at.note() == "bb mxc://s/2 begun mxc://s/1");
    at.avatar_status = 200;
    SUBCASE("and is shown at last") {
        CHECK(at.create({at.ada}) == lines{show("ada")});
        CHECK(at.note() == "bb mxc://s/2");
    }
    SUBCASE("and none is wanted") {
        at.give(at.ada, "");
        CHECK(at.create({at.ada}) == lines{show("ada")});
        CHECK(at.sent() == R"({"avatar_url":""})");
        CHECK(at.note().empty());
    }
    SUBCASE("and she has set one herself") {
        at.shown = "mxc://s/her-own";
        at.give(at.ada, "");
        CHECK(at.create({at.ada}).empty());
        CHECK(at.note().empty());
    }
}

TEST_CASE("an address that is none, or cannot be kept, costs nobody the account") {
    for (const std::string address : {"https://s/1", "mxc://s", "mxc://s/1 begun"}) {
        school at;
        at.made(at.ada, "ada");
        at.give(at.ada, "aa");
        at.answer_uploads_with({200, {}, R"({"content_uri":")" + address + R"("})"});
        CHECK(at.create({at.ada}) == lines{upload});
        CHECK(at.note().empty());
        CHECK(at.processor.synced() == std::set{at.ada});
    }
}

TEST_CASE("an account that the server had lost and that is made anew shows the picture again") {
    school at;
    at.made(at.ada, "ada");
    at.give(at.ada, "aa");
    at.create({at.ada});
    at.there.clear();
    CHECK(at.create({at.ada}) == lines{"PUT " + accounts + "%40ada%3As", show("ada")});
}

TEST_CASE("a picture that the server does not take costs nobody the account, and the log says so") {
    school at;
    at.made(at.ada, "ada");
    at.give(at.ada, "aa");
    SUBCASE("as an upload") {
        at.answer_uploads_with({413, {}, R"({"errcode":"M_TOO_LARGE","error":"too large"})"});
        CHECK(at.create({at.ada}) == lines{upload});
        CHECK(at.note().empty());
    }
    SUBCASE("in a profile") {
        at.avatar_status = 403;
        CHECK(at.create({at.ada}) == lines{upload, show("ada")});
    }
    CHECK(at.processor.synced() == std::set{at.ada});
    REQUIRE(at.processor.messages().size() == 1);
    CHECK(at.processor.messages()[0].second.find("@ada:s") != std::string::npos);
}

TEST_CASE("while the server takes no picture accounts are made, and whose picture is missing is come back to") {
    school at;
    at.made(at.ben, "ben");
    at.give(at.ada, "aa");
    at.give(at.ben, "bb");
    at.create({at.ben});
    at.give(at.ben, "");
    at.shown = "mxc://s/1";
    http_response refusal{502, {}, ""};
    SUBCASE("because it is away") {}
    SUBCASE("because we have uploaded what an account may") {
        refusal = {403, {}, R"({"errcode":"M_USER_LIMIT_EXCEEDED","error":"Media upload limit exceeded"})"};
    }
    SUBCASE("the same, as it was said before there was a code for it") {
        refusal = {400, {}, R"({"errcode":"M_RESOURCE_LIMIT_EXCEEDED","error":"Media upload limit exceeded"})"};
    }
    at.answer_uploads_with(refusal);
    CHECK(at.create({at.ada, at.ben}) == lines{"PUT " + accounts + "%40ada%3As", upload, show("ben")});
    CHECK(at.processor.has_made(at.ada));
    CHECK(at.processor.synced() == std::set{at.ben});
    CHECK(std::string(at.processor.failed().at(at.ada).what()).find("max_mau_value") == std::string::npos);
    at.server.answer_differently([](const std::string&) { return std::nullopt; });
    at.there.insert("ada");
    CHECK(at.create({at.ada}) == lines{upload, show("ada")});
    CHECK(at.processor.synced() == std::set{at.ada});
}

TEST_CASE("an account that is made anew is given its picture also where commhost was stopped in between") {
    school at;
    at.made(at.ada, "ada");
    at.give(at.ada, "aa");
    at.create({at.ada});
    at.there.clear();
    at.server.answer_differently([](const std::string& asked) -> std::optional<http_response> {
        if (asked.starts_with("PUT " + accounts)) throw provider_error(failure::unavailable, "stopped");
        return std::nullopt;
    });
    CHECK_THROWS_AS(at.create({at.ada}), provider_error);
    at.server.answer_differently([](const std::string&) { return std::nullopt; });
    at.there.insert("ada");
    CHECK(at.create({at.ada}) == lines{show("ada")});
    CHECK(at.note() == "aa mxc://s/1");
}

TEST_CASE("a server that takes no picture for now is not asked again by the same task") {
    school at;
    at.made(at.ada, "ada");
    at.made(at.ben, "ben");
    at.give(at.ada, "aa");
    at.give(at.ben, "bb");
    at.answer_uploads_with({502, {}, ""});
    communication_matrix::communication_feature provider;
    provider.load_for_instance(at.processor);
    for (const auto user : {at.ada, at.ben, at.ada})
        at.processor.ask(std::vector{user}, [&] { provider.create_members(std::vector{user}); });
    const auto asked = at.server.asked();
    CHECK(std::count(asked.begin(), asked.end(), upload) == 1);
    CHECK(at.processor.synced().empty());
}

TEST_CASE("what needs no upload is done whether the server takes one or not") {
    school at;
    at.made(at.ada, "ada");
    at.made(at.ben, "ben");
    at.give(at.ben, "bb");
    at.create({at.ben});
    at.shown = "mxc://s/1";
    at.give(at.ben, "");
    at.give(at.ada, "aa");
    at.answer_uploads_with({502, {}, ""});
    CHECK(at.create({at.ada, at.ben}) == lines{upload, show("ben")});
    CHECK(at.processor.synced() == std::set{at.ben});
}
