// A homeserver's answers to single calls. The first byte chooses the call. Parts: answers, each with its status in the first
// line; they are given one after the other, and from the start again.

#include "expectation.hpp"
#include "matrix/answer.hpp"
#include "matrix/client.hpp"
#include "target.hpp"

#include <core_communication/http_service.hpp>
#include <core_communication/provider_error.hpp>

#include <boost/json.hpp>

#include <charconv>
#include <string>
#include <vector>

namespace commhost::fuzz {

namespace {

namespace matrix = communication_matrix;
using core_communication::http_outcome;
using core_communication::http_request;
using core_communication::http_response;
using core_communication::provider_error;

/// Gives the answers of the input and counts the requests.
class scripted_http final : public core_communication::http_service {
  public:
    explicit scripted_http(std::string_view input) {
        for (const auto part : parts_of(input)) {
            http_response answer;
            const auto end = std::min(part.find('\n'), part.size());
            if (std::from_chars(part.data(), part.data() + end, answer.status).ec != std::errc()) answer.status = 200;
            answer.body = part.substr(std::min(end + 1, part.size()));
            answers_.push_back(std::move(answer));
        }
    }

    const std::vector<http_response>& answers() const { return answers_; }

    http_response send(const http_request& request) override {
        constexpr std::size_t most_requests = 5000;
        expect(request.url.starts_with("https://matrix.example/"), "a request goes to the homeserver");
        expect_line(request.url, "a request's address");
        expect(++requests_ <= most_requests, "no answer makes a call go on for ever");
        return answers_[(requests_ - 1) % answers_.size()];
    }

    void send_all(std::span<const http_request> requests,
                  const std::function<void(std::size_t, const http_outcome&)>& on_outcome) override {
        for (std::size_t index = 0; index < requests.size(); ++index)
            on_outcome(index, {send(requests[index]), std::nullopt});
    }

  private:
    std::vector<http_response> answers_;
    std::size_t requests_ = 0;
};

void call(char which, matrix::client& server) {
    switch (which) {
        case 'w': expect(!server.own_account().empty(), "whoami names an account"); break;
        case 'a':
            if (const auto at = server.upload("GIF89a", "image/gif")) expect(!at->empty(), "a picture has an address");
            break;
        case 'u':
            expect(server.upload_in_two_steps("GIF89a", "image/gif").starts_with("mxc://"), "a picture has an address");
            break;
        case 'l': server.upload_limit(true); break;
        case 'r':
            if (const auto room = server.room_of("#alias:x")) expect(!room->empty(), "an alias names a room");
            break;
        case 'c':
            if (const auto room = server.create_room({})) expect(!room->empty(), "a new room has an id");
            break;
        case 's': server.read_state("!room:x"); break;
        case 'e': server.read_state_event("!room:x", "m.room.name"); break;
        case 'm': server.read_membership("!room:x", "@a:x"); break;
        case 't': server.set_state("!room:x", "m.room.name", {}); break;
        case 'h': server.has_room("!room:x"); break;
        case 'd': expect(!server.delete_room("!room:x").empty(), "a deletion has an id"); break;
        case 'p': server.read_deletion("id"); break;
        default: server.versions();
    }
}

}  // namespace

void run(std::string_view input) {
    if (input.empty()) return;
    matrix::configuration site;
    site.homeserver_url = "https://matrix.example";
    site.access_token = "token";
    scripted_http http(input.substr(1));
    matrix::client server(http, site);
    try {
        call(input.front(), server);
    } catch (const provider_error& refused) {
        expect(std::string_view(refused.what()).size() > 0, "a refusal says why");
    }
    for (const auto& answer : http.answers()) {
        const auto of_call = matrix::failure_of(answer, "do it");
        const auto of_person = matrix::refusal_of(answer, "do it");
        expect(of_call.kind() == of_person.kind() || answer.status == 403, "only a 403 may be about one person");
        expect(!matrix::is_not_found(answer) || answer.status == 404, "what is not found has the status 404");
        expect(matrix::succeeded(answer) == (answer.status / 100 == 2), "a status of 2xx is a success");
    }
}

}  // namespace commhost::fuzz
