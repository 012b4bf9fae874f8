#pragma once

#include "directory/user.hpp"
#include "message/catalogue.hpp"
#include "store/clock.hpp"
#include "text/strict_json.hpp"

#include <boost/json.hpp>

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace commhost::roster {

/// One object of a JSON document and where it stands: gives out its fields by name, and remembers which were asked for. What is
/// not as it should be throws message::error: ROSTER_JSON_VALUE with the place and what was wanted. The document and file outlive it.
class object_reader {
  public:
    object_reader(const boost::json::value& value, const std::string& file, std::string pointer);

    /// Call when all fields were asked for. Throws message::error (ROSTER_JSON_FIELD) when there are others.
    void refuse_others() const;

    const boost::json::value* find(std::string_view name);
    const boost::json::value& need(std::string_view name);

    // Texts, of three lengths: of an id (255 bytes) and a word (60), neither of them empty, and any other text (1000).
    std::string id(std::string_view name);
    std::string word(std::string_view name);
    std::optional<std::string> optional_id(std::string_view name);
    std::string optional_word(std::string_view name, std::string_view otherwise);
    std::string optional_text(std::string_view name);

    /// The texts of an object, with the directory's limits for a person's fields.
    directory::profile_fields fields(std::string_view name);

    /// A path or a data: URI, which may be as long as the largest picture makes it. The field must be there.
    std::string picture();

    /// true or false. The field must be there.
    bool truth(std::string_view name);

    /// The first of the choices when the field is not there.
    template <class Value>
    Value choice(std::string_view name, std::initializer_list<std::pair<std::string_view, Value>> choices) {
        const auto* value = find(name);
        if (value == nullptr) return choices.begin()->second;
        std::string wanted;
        for (const auto& [word, meaning] : choices) {
            if (value->is_string() && std::string_view(value->get_string()) == word) return meaning;
            wanted += (wanted.empty() ? "" : ", ") + std::string(word);
        }
        refuse(text::pointer_part(name), message::phrase("roster_wanted_one_of", {{"words", wanted}}));
    }

    std::optional<store::milliseconds_utc> date(std::string_view name, bool ignored);

    /// below: a JSON pointer from here on.
    [[noreturn]] void refuse(std::string_view below, std::string_view wanted) const;

    const std::string& pointer() const { return pointer_; }

  private:
    std::string place(std::string_view below) const;
    std::string text(std::string_view name, const boost::json::value& value, std::size_t limit, bool needed) const;
    std::string text_at(const std::string& below, const boost::json::value& value, std::size_t limit,
                        bool needed) const;

    const std::string& file_;
    std::string pointer_;
    const boost::json::object* object_ = nullptr;
    std::set<std::string_view> asked_;
};

}  // namespace commhost::roster
