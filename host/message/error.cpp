#include "message/error.hpp"

#include <utility>

namespace commhost::message {

error::error(message::code which, message::arguments values)
    : std::runtime_error(std::string(which.id()) + ": " + catalogue::current().text(which, values)), code_(which),
      arguments_(std::move(values)) {}

}  // namespace commhost::message
