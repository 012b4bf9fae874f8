#include "directory/user_rows.hpp"

#include "store/json_rows.hpp"

namespace commhost::directory {

using core_communication::user_id;
using store::column;
using store::json_rows;

std::string users_table(const store::connection& on) {
    return json_rows::table(on.dialect(), ":rows", {{"user_id", column::integer}});
}

std::string rows_of(std::span<const user_id> users) {
    json_rows rows;
    for (const auto user : users) rows.add(user);
    return rows.json();
}

}  // namespace commhost::directory
