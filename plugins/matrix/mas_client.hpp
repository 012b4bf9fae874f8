#pragma once

#include "account_rule.hpp"
#include "client.hpp"
#include "mas_works.hpp"

#include <core_communication/http_service.hpp>
#include <core_communication/processor.hpp>
#include <core_communication/provider_error.hpp>

#include <boost/json/object.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace communication_matrix {

/// A user of Matrix Authentication Service.
struct mas_user {
    std::string id;  ///< A ULID.
    std::string username;
};

/// Some of its users, by id.
struct mas_page {
    std::vector<mas_user> users;
    bool is_last = false;
};

/// The calls to the admin API of Matrix Authentication Service, "Admin API" of its documentation: requests of JSON, answers
/// {"data": {"id": ..., "attributes": {...}}} or {"data": [...]}, errors {"errors": [{"title": ...}]}.
class mas_client {
  public:
    /// All must live longer.
    mas_client(core_communication::processor& processor, client& server, const configuration& site);

    /// Where it is: the setting, or what the homeserver names, which is asked once an hour for all rooms of this process. Throws
    /// provider_error (unauthorised) where neither says so.
    const std::string& address();

    /// Asks for an access token, once for all rooms of this process, unless there is one that has not expired. Throws provider_error (unauthorised) when it is
    /// refused. Called by every other function.
    void sign_in();

    /// Sends one of the requests below. A token that is refused (401, 403) is forgotten, here and in send_all: it may have been
    /// taken back, and the next request is made with a new one.
    core_communication::http_response send(const core_communication::http_request& request);

    /// As send_all of a batch.
    void send_all(std::span<const core_communication::http_request> requests,
                  const std::function<void(std::size_t index, const core_communication::http_response&)>& on_answer,
                  const std::function<void(std::size_t index, const core_communication::provider_error&)>& on_error);

    batch_sender sender();

    // Requests.
    core_communication::http_request add_user_request(std::string_view username, std::string_view display_name);
    core_communication::http_request user_by_name_request(std::string_view username);
    core_communication::http_request user_request(std::string_view id);
    core_communication::http_request erase_user_request(std::string_view id);
    /// Without erasing: the homeserver is asked to do that unless it is said that it shall not.
    core_communication::http_request deactivate_user_request(std::string_view id);
    /// what: "lock", "unlock" or "reactivate", none of which does what another one does.
    core_communication::http_request change_user_request(std::string_view id, std::string_view what);
    core_communication::http_request add_link_request(std::string_view user, const external_id& who);
    core_communication::http_request links_request(const external_id& who);
    core_communication::http_request add_email_request(std::string_view user, std::string_view address);
    core_communication::http_request emails_request(std::string_view user);
    core_communication::http_request remove_email_request(std::string_view email);

    /// GET /api/admin/v1/users, from behind that user on; empty: from the first.
    mas_page users_from(std::string_view behind);

  private:
    void ask_for_token(const std::string& owner);
    core_communication::http_request request(core_communication::http_method method, const std::string& path);
    /// That is kept for us.
    void forget_token();
    core_communication::http_request posted(const std::string& path, const boost::json::object& body);

    core_communication::processor& processor_;
    client& server_;
    const configuration& site_;
    std::string address_;
};

/// What an answer of it refuses, in its own words, with the kind that fits; its 401 and 403 are about our client.
core_communication::provider_error mas_refusal_of(const core_communication::http_response& answer,
                                                  std::string_view doing);

/// Whether it says that it does not have what was asked for, and not a proxy before it.
bool is_unknown_to_service(const core_communication::http_response& answer);

/// The resource in an answer. Throws provider_error (invalid).
boost::json::object resource_in(const core_communication::http_response& answer);
std::vector<boost::json::object> resources_in(const core_communication::http_response& answer);

/// A text among a resource's attributes; empty where there is none.
std::string attribute_of(const boost::json::object& resource, std::string_view name);

/// Whether a user may ask for the service's admin rights.
bool is_admin(const boost::json::object& user);

/// Forgets every access token, and every address, that is kept for all rooms of this process.
void forget_mas_tokens();

}  // namespace communication_matrix
