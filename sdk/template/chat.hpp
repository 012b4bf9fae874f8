#pragma once

#include <core_communication/http_service.hpp>
#include <core_communication/processor.hpp>
#include <core_communication/provider_error.hpp>

#include <boost/json.hpp>

#include <string>
#include <string_view>

namespace communication_yourchat {

/// What the server says: its status, and the JSON object in the body (empty where there is no body).
struct answer {
    int status = 0;
    boost::json::object body;
};

/// The server's REST API as far as this plugin uses it. Everything that is the API's and not a room's stands here: addresses, the
/// token, how an error looks.
class chat {
  public:
    /// room: the processor, which outlives this object.
    explicit chat(core_communication::processor& room);

    /// Sends one request. path: below /api, with what is not a fixed word percent-encoded. Throws provider_error when there is no
    /// answer, or none that can be read.
    answer send(core_communication::http_method method, const std::string& path, const boost::json::object& body = {},
                const std::string& touches_room = "");

    /// The same request, for a batch; outcome() reads what became of it.
    core_communication::http_request request(core_communication::http_method method, const std::string& path,
                                             const boost::json::object& body = {},
                                             const std::string& touches_room = "") const;

    /// Throws provider_error as send().
    static answer outcome(const core_communication::http_outcome& of);

    /// Where people find a room.
    std::string room_url(std::string_view room_id) const;

  private:
    core_communication::http_service& http_;
    std::string address_;
    std::string token_;
};

/// Whether the status is one of success.
bool succeeded(const answer& from);

/// An answer that is no success, as the error to throw. doing: "create the room".
core_communication::provider_error failure_of(const answer& from, std::string_view doing);

/// A text of an answer. Throws provider_error (invalid) when it is not there.
std::string text_in(const boost::json::object& object, std::string_view name);

/// A list of objects of an answer. Throws provider_error (invalid) when it is not there.
boost::json::array list_in(const boost::json::object& object, std::string_view name);

}  // namespace communication_yourchat
