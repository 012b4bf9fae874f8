#pragma once

#include "message/error.hpp"
#include "store/clock.hpp"

#include <boost/json/fwd.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::cli {

/// What commands print: for people, or with --json one document. Results go to stdout, everything else to stderr.
/// Whatever the texts come from, they reach a terminal without control characters, marks of direction and broken UTF-8:
/// text::printable for people, escaped in a document.
class output {
  public:
    void use_json(bool json) { json_ = json; }
    bool json() const { return json_; }

    /// --json only: the command's one document.
    void document(const boost::json::value& content) const;

    /// For people: columns as wide as their content; the last one is not padded. head: keys of phrases.
    void table(const std::vector<std::string>& head, std::vector<std::vector<std::string>> rows) const;

    /// For people: a line to stdout, or several with a line break between them. Values from outside come by a phrase or
    /// text::printable, so that none of them ends the line.
    void line(std::string_view text) const;

    /// For people: "name: value" lines, the values aligned. A name is the key of a phrase.
    void fields(const std::vector<std::pair<std::string, std::string>>& fields) const;

    /// A remark to stderr, in both forms.
    void note(std::string_view text) const;

    /// An error: to stderr, and with --json as the document.
    void error(const message::error& failed) const;
    /// Likewise one that has no code: a fault of the program itself.
    void error(std::string_view text) const;

  private:
    bool json_ = false;
};

/// {"code": ..., "text": ..., "advice": ..., "arguments": {...}}, where text and advice are in the reader's language.
boost::json::object to_json(message::code code, const message::arguments& arguments);

/// "2026-01-31T08:00:00Z"; empty text for none.
std::string time_text(std::optional<store::milliseconds_utc> time);

/// null for none.
boost::json::value time_json(std::optional<store::milliseconds_utc> time);

}  // namespace commhost::cli
