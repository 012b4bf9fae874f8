// A plugin's language files. Parts: English; German; a key, with a value for {name} in its second line.

#include "plugin/strings.hpp"

#include "../unit/temporary_folder.hpp"
#include "expectation.hpp"
#include "target.hpp"

#include <fstream>
#include <memory>
#include <string>

namespace commhost::fuzz {

namespace {

constexpr std::string_view component = "communication_example";

/// The folder of a plugin with two languages, made once; the files are written anew for each input.
class plugin_folder {
  public:
    plugin_folder() {
        for (const auto* language : {"en", "de"}) std::filesystem::create_directories(folder_.path() / "lang" / language);
    }

    const std::filesystem::path& path() const { return folder_.path(); }

    void write(std::string_view language, std::string_view content) const {
        const auto name = std::string(component) + ".json";
        std::ofstream file(folder_.path() / "lang" / language / name, std::ios::binary | std::ios::trunc);
        file.write(content.data(), static_cast<std::streamsize>(content.size()));
        expect(file.good(), "the folder of the test can be written");
    }

  private:
    test::temporary_folder folder_;
};

}  // namespace

void run(std::string_view input) {
    static const plugin_folder folder;
    const auto parts = parts_of(input);
    folder.write("en", parts[0]);
    folder.write("de", parts.size() > 1 ? parts[1] : "{}");

    std::shared_ptr<const plugin::string_tables> tables;
    const auto read = [&] {
        return refusal_of([&] { tables = std::make_shared<const plugin::string_tables>(folder.path(), component); },
                          {"file", "folder"});
    };
    const auto refused = read();
    expect(refused == read(), "strings are refused twice alike");
    if (!refused.empty()) return;

    const auto key = std::string(parts.size() > 2 ? parts[2].substr(0, parts[2].find('\n')) : "pluginname");
    const auto value = std::string(parts.size() > 2 ? parts[2].substr(std::min(key.size(), parts[2].size())) : "");
    expect(tables->has(key) == (tables->find("en", key) != nullptr), "what English has can be found");
    expect(tables->find("fr", key) == tables->find("en", key), "a language that is not there falls back to English");
    expect(tables->find("de_at", key) == tables->find("de", key), "a language falls back to its parent");
    const auto shown = plugin::plugin_strings(tables, "de").get(key, {{"name", value}});
    if (tables->find("de", key) == nullptr) expect(shown == "[[" + key + "]]", "a key without a text is shown as such");
}

}  // namespace commhost::fuzz
