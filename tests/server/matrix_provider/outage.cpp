#include "homeserver.hpp"

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>
#include <stdlib.h>

#include <array>
#include <cstdio>
#include <filesystem>

using namespace commhost::test;
using core_communication::diagnosis_outcome;
using core_communication::failure;
using core_communication::provider_error;

namespace {

/// A Synapse of its own, to be stopped and started.
class own_server {
  public:
    own_server() {
        std::string name = (std::filesystem::temp_directory_path() / "commhost-outage-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        folder_ = name;
    }
    ~own_server() {
        run("stop");
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    own_server(const own_server&) = delete;
    own_server& operator=(const own_server&) = delete;

    homeserver_address start() { return homeserver_address::from_document(boost::json::parse(run("start"))); }
    void stop() { run("stop"); }

  private:
    std::string run(const std::string& verb) {
        const auto command = std::string(COMMHOST_SERVERS) + "/synapse " + verb + " " + folder_.string();
        std::string output;
        std::FILE* pipe = ::popen(command.c_str(), "r");
        if (pipe == nullptr) return output;
        std::array<char, 4096> part{};
        while (const auto read = std::fread(part.data(), 1, part.size(), pipe)) output.append(part.data(), read);
        ::pclose(pipe);
        return output;
    }

    std::filesystem::path folder_;
};

failure kind_of_failure(const std::function<void()>& work) {
    try {
        work();
    } catch (const provider_error& failed) {
        return failed.kind();
    }
    FAIL("nothing was thrown");
    return failure::invalid;
}

}  // namespace

TEST_CASE("while the server is stopped nobody fails, nothing is taken for gone, and then work goes on") {
    own_server synapse;
    commhost::service::http_settings once;
    once.tries = 1;
    homeserver server(synapse.start(), once);
    class_room room(server);
    const std::array users{room.enrol(), room.enrol(core_communication::room_role::moderator)};
    room.provision();
    const auto id = room.room_id();

    synapse.stop();
    const auto later = room.enrol();
    room.task([&](auto& provider) {
        CHECK(kind_of_failure([&] { provider.create_members(std::array{later}); }) == failure::unavailable);
        CHECK(kind_of_failure([&] { provider.update_chat_room(); }) == failure::unavailable);
        CHECK(kind_of_failure([&] { provider.synchronise_room_members(); }) == failure::unavailable);
        CHECK(kind_of_failure([&] { provider.add_members_to_room(users); }) == failure::unavailable);
        CHECK(kind_of_failure([&] { provider.remove_members_from_room(users); }) == failure::unavailable);
        CHECK(kind_of_failure([&] { provider.delete_chat_room(); }) == failure::unavailable);
        CHECK(provider.diagnose().front().outcome == diagnosis_outcome::failed);
        CHECK(provider.diagnose().size() == 8);
        CHECK(room.processor().failed().empty());
        CHECK(room.processor().synced().empty());
        CHECK_FALSE(room.processor().remote_members().has_value());
    });
    class_room begun(server);
    begun.task(
        [&](auto& provider) { CHECK(kind_of_failure([&] { provider.create_chat_room(); }) == failure::unavailable); });

    synapse.start();
    room.provision();
    CHECK(room.room_id() == id);
    CHECK(server.members(id).size() == 4);
    begun.task([&](auto& provider) { CHECK(provider.create_chat_room()); });
}
