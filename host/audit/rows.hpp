#pragma once

#include "audit/audit.hpp"
#include "store/connection.hpp"

#include <initializer_list>
#include <string_view>
#include <vector>

namespace commhost::audit {

/// The rows that `rest` of a statement selects: "where ... order by ...".
std::vector<recorded> select_rows(store::connection& on, std::string_view rest,
                                  std::initializer_list<store::parameter> with = {});

}  // namespace commhost::audit
