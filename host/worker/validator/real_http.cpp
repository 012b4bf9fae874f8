#include "worker/validator/real_http.hpp"

#include <optional>
#include <string_view>

namespace commhost::worker::validator {

real_http::real_http(const std::string& component, const service::http_settings& settings,
                     const service::http_account& account)
    : engine_(settings),
      log_({core_communication::log_level::error, service::log_format::text}, [](std::string_view) {}),
      logger_(log_, {component, std::nullopt, std::nullopt}, {}), http_(engine_, account, {}, logger_) {}

}  // namespace commhost::worker::validator
