#pragma once

#include "text/strict_json.hpp"

#include <boost/json/fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace commhost::plugin {

/// A value of a JSON document and the way to it. Its functions throw message::error (JSON_CONTENT), naming the file and
/// the JSON pointer (RFC 6901), when the value is not what is asked for. Valid as long as its document.
class json_place {
  public:
    json_place(const boost::json::value& value, std::string pointer, const std::filesystem::path& file)
        : value_(&value), pointer_(std::move(pointer)), file_(&file) {}

    /// For what the functions below do not cover.
    const boost::json::value& value() const { return *value_; }

    /// "" for the document itself, then "/room/0/name".
    const std::string& pointer() const { return pointer_; }

    /// A string, never empty.
    std::string text() const;
    std::int64_t integer() const;
    bool boolean() const;
    std::vector<json_place> elements() const;
    std::vector<std::pair<std::string, json_place>> members() const;

    /// Sees to it that this is an object and has no other fields than these.
    void has_only(std::initializer_list<std::string_view> fields) const;

    /// A field of this object that must be there.
    json_place at(std::string_view field) const;

    /// A field that need not be there: no place or one, so that `for (const auto& place : object.find("x"))` does it.
    std::vector<json_place> find(std::string_view field) const;

    /// What errors call the document.
    const std::filesystem::path& file() const { return *file_; }

    /// Throws JSON_CONTENT: something else is wanted here. wanted: a word of the kind "json", such as "string".
    [[noreturn]] void refuse_kind(std::string_view wanted) const;

    /// Throws JSON_CONTENT for this place. reason: what was found and what is wanted, as a sentence without a full stop.
    [[noreturn]] void refuse(std::string_view reason) const;

  private:
    const boost::json::value* value_;
    std::string pointer_;
    const std::filesystem::path* file_;
};

/// A JSON document as text::parse_strict_json has it. Immutable; any thread.
class json_document {
  public:
    static constexpr std::size_t most_bytes = std::size_t{1024} * 1024;

    /// Throws message::error: JSON_READ (cannot be read, is no plain file), JSON_SIZE, JSON_SYNTAX with file and line.
    explicit json_document(const std::filesystem::path& file,
                           text::json_comments comments = text::json_comments::refused,
                           std::size_t at_most = most_bytes);

    /// A document that is at hand already. file: what errors call it.
    json_document(std::string_view text, const std::filesystem::path& file);

    ~json_document();
    json_document(json_document&&) noexcept;
    json_document& operator=(json_document&&) noexcept;

    json_place root() const;

  private:
    struct content;
    std::unique_ptr<const content> content_;
};

}  // namespace commhost::plugin
