#pragma once

#include "service/http_client.hpp"
#include "service/log.hpp"

#include <string>

namespace commhost::worker::validator {

/// The host's real client, with an engine of its own and a log that nobody reads. One thread.
class real_http {
  public:
    /// component: the plugin's. Throws message::error (SERVICE_...).
    real_http(const std::string& component, const service::http_settings& settings,
              const service::http_account& account);

    core_communication::http_service& service() { return http_; }

  private:
    service::http_engine engine_;
    service::log log_;
    service::plugin_logger logger_;
    service::account_http http_;
};

}  // namespace commhost::worker::validator
