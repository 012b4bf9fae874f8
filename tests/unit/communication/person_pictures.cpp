// What room_processor has of core_communication::person_pictures, and when a provider is asked for it.

#include "communication/accounts.hpp"
#include "world.hpp"

#include <core_communication/person_pictures.hpp>

#include <doctest/doctest.h>

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

using namespace commhost;
using core_communication::account_origin;
using core_communication::picture_note;
using core_communication::room_role;
using core_communication::user_id;

namespace {

const auto face = directory::make_picture("GIF89a one").value();
const auto other_face = directory::make_picture("GIF89a another").value();

user_id id_of(test::world& world, const std::string& username) {
    return directory::find_user(*world.database->borrow(), username).value().id;
}

/// Reads and notes pictures as a provider does that is given a processor and nothing else.
class drawing_provider final : public core_communication::communication_provider,
                               public core_communication::user_provider {
  public:
    explicit drawing_provider(test::fake_server& server) : inner_(server) {}

    void load_for_instance(core_communication::processor& processor) override {
        inner_.load_for_instance(processor);
        processor_ = &processor;
    }

    void create_members(std::span<const user_id> users) override {
        auto* pictures = dynamic_cast<core_communication::person_pictures*>(processor_);
        REQUIRE(pictures != nullptr);
        inner_.create_members(users);
        std::vector<picture_note> notes;
        for (const auto& each : pictures->pictures(users)) {
            asked.push_back(each.note + ">" + each.digest);
            const auto picture = pictures->read_picture(each.user);
            CHECK(picture.has_value() == !each.digest.empty());
            if (picture) shown.push_back(picture->bytes);
            notes.push_back({each.user, each.digest});
        }
        pictures->note_pictures(notes);
    }

    communication::provider_interfaces interfaces() {
        auto all = inner_.interfaces();
        all.provider = this;
        all.users = this;
        return all;
    }

    std::vector<std::string> asked;
    std::vector<std::string> shown;

  private:
    test::fake_provider inner_;
    core_communication::processor* processor_ = nullptr;
};

std::map<user_id, std::string> notes(test::world& world) {
    const std::array users{id_of(world, "ada")};
    return communication::picture_notes_of(*world.database->borrow(), "fake", users);
}

/// The room's processor, as a task has it.
struct at_work {
    explicit at_work(test::world& world)
        : room(world.room()), reconciler(*world.database, world.clock, world.rules),
          processor({*world.database, room.id}, world.clock, communication::site_id(*world.database->borrow()), room,
                    world.instance(), reconciler.wanted(room, world.instance(), world.clock.now()),
                    world.nothing.services()) {}

    communication::room room;
    communication::reconciler reconciler;
    communication::room_processor processor;
};

}  // namespace

TEST_CASE("a provider is asked again when somebody's picture is another one, and is told what it noted") {
    test::world world;
    world.enrol({{"ada", room_role::member}});
    drawing_provider provider(world.server);
    const auto pass = [&] {
        provider.asked.clear();
        provider.shown.clear();
        world.reconcile_with(provider.interfaces());
        return provider.asked;
    };
    using lines = std::vector<std::string>;
    world.show_face("ada", face);
    CHECK(pass() == lines{">" + face.digest});
    CHECK(provider.shown == lines{"GIF89a one"});
    CHECK(pass().empty());
    world.show_face("ada", other_face);
    CHECK(pass() == lines{face.digest + ">" + other_face.digest});
    CHECK(provider.shown == lines{"GIF89a another"});
    CHECK(pass().empty());
    world.show_face("ada", std::nullopt);
    CHECK(pass() == lines{other_face.digest + ">"});
    CHECK(pass().empty());
    CHECK(notes(world).empty());
}

TEST_CASE("a note is kept with the account, and gone when its person has another one") {
    test::world world;
    world.enrol({{"ada", room_role::member}});
    drawing_provider provider(world.server);
    world.show_face("ada", face);
    world.reconcile_with(provider.interfaces());
    const auto ada = id_of(world, "ada");
    CHECK(notes(world) == std::map{std::pair(ada, face.digest)});
    communication::record_accounts(*world.database->borrow(), "fake", {{ada, {"@ada", account_origin::made}}});
    CHECK(notes(world).contains(ada));
    communication::record_accounts(*world.database->borrow(), "fake", {{ada, {"@other", account_origin::made}}});
    CHECK(notes(world).empty());
}

TEST_CASE("a note is text of at most 1,000 bytes, and of several none is stored where one is not") {
    test::world world;
    world.enrol({{"ada", room_role::member}});
    world.reconcile();
    const auto ada = id_of(world, "ada");
    at_work at(world);
    auto& processor = at.processor;
    for (const auto& bad : {std::string(1001, 'x'), std::string("\xff"), std::string("a\0b", 3)}) {
        CHECK_THROWS_AS(processor.note_pictures(std::array{picture_note{ada, "good"}, picture_note{ada, bad}}),
                        core_communication::provider_error);
        CHECK(notes(world).empty());
    }
    processor.note_pictures(std::array{picture_note{ada, std::string(1000, 'x')}});
    CHECK(notes(world).at(ada).size() == 1000);
    // Of one whose account is told and not stored yet.
    processor.set_account(ada, "@ada2", account_origin::made);
    processor.note_pictures(std::array{picture_note{ada, "of the new one"}});
    CHECK(notes(world).at(ada) == "of the new one");
}

TEST_CASE("a picture is read of the digest that was given, also when the person has another one by then") {
    test::world world;
    world.enrol({{"ada", room_role::member}, {"bob", room_role::member}});
    world.reconcile();
    const std::array ada{id_of(world, "ada")};
    world.show_face("ada", face);
    std::string expected;
    SUBCASE("which somebody else has, too") {
        world.show_face("bob", face);
        expected = "GIF89a one";
    }
    SUBCASE("which nobody has any more") {}
    const at_work at(world);
    CHECK(at.processor.pictures(ada).at(0).digest == face.digest);
    world.show_face("ada", other_face);
    const auto read = at.processor.read_picture(ada[0]);
    CHECK((read ? read->bytes : "") == expected);
}
