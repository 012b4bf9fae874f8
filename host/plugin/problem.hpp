#pragma once

#include "message/error.hpp"

#include <string>

namespace commhost::plugin {

/// Something an admin is to know about a plugin: a message of the catalogue that is kept instead of thrown.
struct problem {
    message::code code;
    message::arguments arguments;

    problem(message::code which, message::arguments values) : code(which), arguments(std::move(values)) {}
    explicit problem(const message::error& thrown) : code(thrown.code()), arguments(thrown.arguments()) {}

    /// In the language of the process.
    std::string text() const { return message::catalogue::current().text(code, arguments); }
    std::string advice() const { return message::catalogue::current().advice(code, arguments); }
};

}  // namespace commhost::plugin
