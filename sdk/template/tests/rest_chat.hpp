#pragma once

#include <core_communication/http_service.hpp>

#include <boost/json.hpp>

#include <map>
#include <string>

namespace communication_yourchat::test {

/// The server in memory, as far as the plugin asks it: the script of a scripted_http.
class rest_chat {
  public:
    static inline const std::string address = "http://chat.test";

    struct account {
        std::string name;
        std::string email;
    };
    struct room {
        std::string key;
        std::string name;
        std::string topic;
        std::map<std::string, std::string> members;  ///< Account to role.
    };

    std::map<std::string, account> accounts;  ///< By username, which is the id as well.
    std::map<std::string, room> rooms;        ///< By id.
    bool takes_token = true;
    bool is_admin = true;

    /// asked: "GET /api/me"
    core_communication::http_response operator()(const std::string& asked,
                                                 const core_communication::http_request& request);

  private:
    core_communication::http_response of_users(const std::string& asked, const boost::json::object& body);
    core_communication::http_response of_rooms(const std::string& asked, const boost::json::object& body);
    core_communication::http_response of_members(room& in, const std::string& method, const std::string& account,
                                                 const boost::json::object& body) const;
};

}  // namespace communication_yourchat::test
