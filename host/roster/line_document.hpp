#pragma once

#include "text/sha256.hpp"

#include <boost/json.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <istream>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::roster {

// A JSON document of any size that is written and read line by line: each field of the top and each entry of a list has
// a line of its own, so that neither side ever has more than one of them in memory besides what becomes of it. Its last
// line is a digest of all the lines before.

/// No line is longer: a picture of the largest kind has room in one.
inline constexpr std::size_t longest_line = std::size_t{4} << 20;

/// Writes one. A value: the stream is the caller's, who looks whether it took everything.
class line_writer {
  public:
    explicit line_writer(std::ostream& to) : to_(to) {}

    /// A line as it stands.
    void line(std::string_view text);

    /// `"name":VALUE,`
    void field(std::string_view name, const boost::json::value& content);

    /// `"name":[`, a line for each of the rows, and `]` with what comes behind it.
    template <class Rows>
    void list(std::string_view name, const Rows& rows, std::string_view behind, auto&& to_value) {
        line(quoted(name) + ":[");
        std::size_t left = rows.size();
        for (const auto& row : rows) {
            --left;
            line(boost::json::serialize(boost::json::value(to_value(row))) + (left > 0 ? "," : ""));
        }
        line("]" + std::string(behind));
    }

    /// `"digest":"..."}`: ends the document.
    void end();

    static std::string quoted(std::string_view text);

  private:
    std::ostream& to_;
    text::sha256_hash hash_;
};

/// Reads one. What is not as line_writer writes it throws message::error: ROSTER_PLAN with the line, ROSTER_SIZE for a
/// line or a document that is too long, ROSTER_PLAN_EDITED when the digest is another one.
class line_reader {
  public:
    /// file: its name in messages. from outlives the reader.
    line_reader(std::istream& from, std::string file, std::size_t longest_document);

    /// The next line, without its end, which stays to be read.
    const std::string& peek();

    /// The next line must be this one.
    void expect(std::string_view text);

    /// The content of the next line, a field of this name.
    boost::json::value field(std::string_view name);

    /// Likewise, where it is there; otherwise the line is left to be read.
    std::optional<boost::json::value> optional_field(std::string_view name);

    /// A list of this name; entry is called for each of its rows.
    void list(std::string_view name, std::string_view behind,
              const std::function<void(const boost::json::value&)>& entry);

    /// The digest, which is returned, and that nothing follows.
    std::string end();

    /// Throws ROSTER_PLAN for the line that was read last; reason: a sentence without a full stop.
    [[noreturn]] void refuse(std::string_view reason) const;

    const std::string& file() const { return file_; }

  private:
    const std::string& line();
    void take();
    boost::json::value parse(std::string_view text) const;

    std::istream& from_;
    std::string file_;
    std::size_t left_;
    std::size_t number_ = 0;
    std::string line_;
    bool again_ = false;  ///< line_ is still to be given out.
    text::sha256_hash hash_;
};

}  // namespace commhost::roster
