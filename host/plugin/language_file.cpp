#include "plugin/language_file.hpp"

#include "message/codes.hpp"
#include "message/error.hpp"
#include "message/language.hpp"
#include "plugin/json_document.hpp"
#include "text/file_content.hpp"
#include "text/json_lines.hpp"

#include <boost/json/value.hpp>

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

namespace commhost::plugin {

namespace {

namespace fs = std::filesystem;

/// A text that lacks a placeholder says less than it could, and an admin may want just that.
bool breaks(const message::text_fault& fault) { return fault.which != message::LANG_PLACEHOLDER_MISSING; }

}  // namespace

language_file::language_file(fs::path file) : path_(std::move(file)) { add(json_document(path_)); }

language_file::language_file(std::string_view text, fs::path file) : path_(std::move(file)), at_hand_(text) {
    add(json_document(text, path_));
}

void language_file::add(const json_document& document) {
    for (const auto& [key, place] : document.root().members()) {
        if (!place.value().is_object()) {
            texts_.emplace(key, place.text());
            continue;
        }
        for (const auto& [part, text] : place.members()) texts_.emplace(key + "/" + part, text.text());
    }
}

problem language_file::located(const message::text_fault& fault) const {
    auto values = fault.values;
    values.insert(values.begin(), {"file", path_.string()});
    if (texts_.contains(fault.key)) {
        // Read once more, for its lines alone: there is seldom anything wrong.
        const auto lines =
            text::lines_of_values(at_hand_.empty() ? text::read_file(path_, json_document::most_bytes) : at_hand_);
        const auto slash = fault.key.find('/');
        auto pointer = text::pointer_part(fault.key.substr(0, slash));
        if (slash != std::string::npos) pointer += text::pointer_part(fault.key.substr(slash + 1));
        const auto line = lines.find(pointer);
        values.emplace_back("line", line == lines.end() ? "?" : std::to_string(line->second));
    }
    return {fault.which, std::move(values)};
}

language_overrides read_overrides(const fs::path& folder, std::string_view component,
                                  const message::string_table& english) {
    language_overrides result;
    if (folder.empty()) return result;
    const auto broken = [&result](const fs::path& file, const std::string& reason) {
        result.problems.emplace_back(message::LANG_OVERRIDE,
                                     message::arguments{{"file", file.string()}, {"reason", reason}});
    };
    for (const auto& language : text::entries_of(folder)) {
        const auto path = language / (std::string(component) + ".json");
        std::error_code failed;
        if (!fs::exists(path, failed)) continue;
        result.files.push_back(path);
        const auto name = language.filename().string();
        if (!message::is_language(name)) {
            broken(path, message::phrase("override_no_language", {{"folder", name}}));
            continue;
        }
        try {
            const language_file file(path);
            std::set<std::string> left_out;
            for (const auto& fault : message::check_texts(name, file.texts(), english)) {
                if (!breaks(fault)) continue;
                left_out.insert(fault.key);
                broken(path, file.located(fault).text());
            }
            auto& texts = result.texts[name];
            for (const auto& [key, text] : file.texts())
                if (!left_out.contains(key)) texts.emplace(key, text);
        } catch (const message::error& unreadable) {  // the texts that came with the program are used in its place
            broken(path, unreadable.text());
        } catch (const std::system_error& gone) {  // between two reads
            broken(path, gone.code().message());
        }
    }
    return result;
}

}  // namespace commhost::plugin
