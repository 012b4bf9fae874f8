#include "cli/codes.hpp"
#include "cli/commands.hpp"
#include "message/catalogue.hpp"
#include "message/error.hpp"
#include "text/nearest.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

namespace commhost::cli {

namespace {

namespace json = boost::json;

/// The parts of a message behind its title, in the order in which they are read.
constexpr std::array<const char*, 5> parts{"found", "wanted", "done", "advice", "explanation"};

json::value text_or_null(const std::string& text) { return text.empty() ? json::value(nullptr) : json::value(text); }

void list(context& shared) {
    const auto& catalogue = message::catalogue::current();
    json::array documents;
    std::vector<std::vector<std::string>> rows;
    for (const auto code : message::catalogue::codes()) {
        const auto title = catalogue.part(code, "title");
        documents.push_back(json::object{{"code", std::string(code.id())}, {"title", text_or_null(title)}});
        rows.push_back({std::string(code.id()), title});
    }
    if (shared.out.json()) {
        shared.out.document(json::object{{"codes", std::move(documents)}});
    } else {
        shared.out.table({"heading_code", "heading_title"}, rows);
    }
}

std::string in_capitals(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char character) {
        return character >= 'a' && character <= 'z' ? static_cast<char>(character - 'a' + 'A') : character;
    });
    return text;
}

message::code find(const std::string& word) {
    const auto id = in_capitals(word);
    if (const auto known = message::catalogue::find_code(id)) return *known;
    std::vector<std::string_view> all;
    for (const auto code : message::catalogue::codes()) all.push_back(code.id());
    const auto near = text::nearest(id, all);
    throw message::error(
        CLI_CODE_UNKNOWN,
        {{"code", word}, {"number", std::to_string(near.size())}, {"codes", fmt::format("{}", fmt::join(near, ", "))}});
}

void explain(context& shared, const std::string& word) {
    const auto code = find(word);
    const auto& catalogue = message::catalogue::current();
    const auto title = catalogue.part(code, "title");
    if (shared.out.json()) {
        json::object document{{"code", std::string(code.id())}, {"title", text_or_null(title)}};
        for (const auto* part : parts) document[part] = text_or_null(catalogue.part(code, part));
        shared.out.document(document);
        return;
    }
    shared.out.line(fmt::format("{}: {}", code.id(), title));
    std::vector<std::pair<std::string, std::string>> fields;
    for (const auto* part : parts) {
        if (auto text = catalogue.part(code, part); !text.empty())
            fields.emplace_back(std::string("explain_") + part, std::move(text));
    }
    shared.out.fields(fields);
}

}  // namespace

void add_explain_command(const command& program, context& shared) {
    const auto code = std::make_shared<std::string>();
    const auto made = program.subcommand("explain", "help_explain");
    made.option("CODE", *code, "help_explain_code");
    made.examples({"commhost explain PLUGIN_OWNER", "commhost explain --json"}).runs([code, &shared] {
        code->empty() ? list(shared) : explain(shared, *code);
    });
}

}  // namespace commhost::cli
