#pragma once

#include "directory/user.hpp"
#include "roster/csv.hpp"
#include "roster/problem.hpp"
#include "store/clock.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace commhost::roster {

// In bytes. OneRoster's ids are GUIDs; what is longer than these limits is not what its column says.
inline constexpr std::size_t longest_id = 255;
inline constexpr std::size_t longest_text = 1000;

/// Columns of users.csv (OneRoster 1.1, 4.12; 1.2, "users.csv") that are kept as a person's fields under their own names.
/// Not the password, and nothing of what the host takes into fields of its own.
inline constexpr std::array<std::string_view, 11> further_fields{"preferredGivenName",
                                                                 "preferredFamilyName",
                                                                 "preferredMiddleName",
                                                                 "middleName",
                                                                 "identifier",
                                                                 "userMasterIdentifier",
                                                                 "phone",
                                                                 "sms",
                                                                 "grades",
                                                                 "pronouns",
                                                                 "primaryOrgSourcedId"};

enum class row_status : std::uint8_t { active, inactive, removed };

/// One row of a package's file, with what is said when it has to be left out: the first fault of it becomes a problem, and good() is
/// false from then on. What it refers to outlives it.
class oneroster_row {
  public:
    oneroster_row(problem_list& problems, const csv_row& row, const std::string& file, bool ignore_dates)
        : problems_(problems), row_(row), file_(file), ignore_dates_(ignore_dates) {}

    bool good() const { return good_; }
    std::size_t line() const { return row_.line; }
    const std::string& file() const { return file_; }

    void fault(message::code code, message::arguments arguments);
    void note(message::code code, message::arguments arguments) const;

    // The content of a column; name: the column's own. What cannot be read is a fault.
    std::string id(std::size_t column, std::string_view name);
    std::string text(std::size_t column, std::string_view name);
    row_status status(std::size_t column);
    std::optional<store::milliseconds_utc> date(std::size_t column, std::string_view name);

    /// The further_fields, from this column on; one that is too long is left out, and the person is not.
    directory::profile_fields fields(std::size_t first) const;

    /// As much of a cell as fits into a message.
    static std::string shown(std::string_view cell);

  private:
    problem_list& problems_;
    const csv_row& row_;
    const std::string& file_;
    bool ignore_dates_;
    bool good_ = true;
};

}  // namespace commhost::roster
