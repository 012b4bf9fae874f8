#include "roster/oneroster_manifest.hpp"

#include "message/error.hpp"
#include "roster/codes.hpp"
#include "roster/csv.hpp"
#include "text/ascii.hpp"

namespace commhost::roster {

declaration manifest::of(const std::string& name) const {
    const auto found = files.find(name);
    return found == files.end() ? declaration{} : found->second;
}

manifest read_manifest(const package& from) {
    manifest result;
    const auto file = from.find("manifest.csv");
    if (!file) throw message::error(ROSTER_NO_MANIFEST, {{"package", "the package"}});
    result.file = *file;
    std::string version;
    std::size_t version_line = 0;
    const csv_table table{{"propertyName", true}, {"value", true}};
    const auto on_row = [&](const csv_row& row) {
        const auto name = text::lower(row.cells[0]);
        const auto value = text::lower(row.cells[1]);
        if (name == "oneroster.version") {
            version = value;
            version_line = row.line;
        } else if (name.starts_with("file.")) {
            if (value != "bulk" && value != "delta" && value != "absent" && !value.empty())
                throw message::error(ROSTER_MODE, {{"place", at_line(result.file, row.line)},
                                                   {"property", text::tidy(row.cells[0])},
                                                   {"found", text::tidy(row.cells[1])}});
            result.files[name.substr(5)] = {value == "bulk"    ? mode::bulk
                                            : value == "delta" ? mode::delta
                                                               : mode::absent,
                                            row.line};
        }
    };
    // A property without a value may be written without its comma.
    table.read(from.read(result.file), result.file, on_row,
               [&](const csv_row& row, std::size_t, std::size_t) { on_row(row); });
    if (version != "1.1" && version != "1.2" && !version.starts_with("1.1.") && !version.starts_with("1.2."))
        throw message::error(ROSTER_VERSION,
                             {{"place", version_line == 0 ? result.file : at_line(result.file, version_line)},
                              {"found", version},
                              {"known", "1.1, 1.2"}});
    return result;
}

}  // namespace commhost::roster
