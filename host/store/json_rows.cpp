#include "store/json_rows.hpp"

#include <boost/json.hpp>

namespace commhost::store {

void json_rows::append(bool first, const value& cell) {
    if (!first) json_ += ',';
    if (const auto* integer = std::get_if<std::int64_t>(&cell)) {
        json_ += std::to_string(*integer);
    } else if (const auto* text = std::get_if<std::string>(&cell)) {
        json_ += boost::json::serialize(boost::json::string_view(*text));
    } else {
        json_ += "null";
    }
}

std::string json_rows::table(store::dialect dialect, std::string_view text,
                             std::initializer_list<std::pair<std::string_view, column>> columns) {
    std::string sql = "(select ";
    std::size_t position = 0;
    for (const auto& [name, kind] : columns) {
        const auto place = std::to_string(position++);
        if (dialect == dialect::sqlite) {
            sql += "json_extract(e.value, '$[" + place + "]')";
        } else {
            sql += "cast(e.value ->> " + place + " as " + (kind == column::integer ? "bigint" : "text") + ")";
        }
        sql += " as " + std::string(name) + ", ";
    }
    if (dialect == dialect::sqlite) return sql + "e.key as ordinal from json_each(" + std::string(text) + ") e)";
    return sql + "e.place - 1 as ordinal from jsonb_array_elements(cast(" + std::string(text) +
           " as jsonb)) with ordinality as e(value, place))";
}

std::string json_rows::in_each_row(store::dialect dialect, std::string_view text) {
    // PostgreSQL counts its rows, and reads more out of a plain value.
    if (dialect != dialect::sqlite) return std::string(text);
    return "(case when r.ordinal is null then null else " + std::string(text) + " end)";
}

std::string json_rows::holds_any(store::dialect dialect, std::string_view column_name, std::string_view rows) {
    const std::string name(column_name);
    return "exists (select 1 from " + table(dialect, rows, {{"part", column::text}}) + " parts where " + name +
           " <> replace(" + name + ", parts.part, ''))";
}

}  // namespace commhost::store
