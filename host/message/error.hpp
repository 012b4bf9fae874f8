#pragma once

#include "message/catalogue.hpp"
#include "message/code.hpp"

#include <stdexcept>
#include <string>

namespace commhost::message {

/// The exception of the host: a code of the catalogue and what was known at the fault. Caught at the edges only (a
/// command, a request, a task), which render it in the reader's language.
class error : public std::runtime_error {
  public:
    explicit error(message::code which, message::arguments values = {});

    message::code code() const noexcept { return code_; }
    const message::arguments& arguments() const noexcept { return arguments_; }

    /// A few sentences, in the language of the process (catalogue::current). what() is the same with the code in front.
    std::string text() const { return catalogue::current().text(code_, arguments_); }
    std::string advice() const { return catalogue::current().advice(code_, arguments_); }

  private:
    message::code code_;
    message::arguments arguments_;
};

}  // namespace commhost::message
