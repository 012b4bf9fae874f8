// A plugin's language files. Parts: English; German; a key, with a value for {name} in its second line.

#include "../unit/temporary_folder.hpp"
#include "expectation.hpp"
#include "plugin/strings.hpp"
#include "target.hpp"

#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace commhost::fuzz {

namespace {

constexpr std::string_view component = "communication_example";

/// The folder of a plugin with two languages, made once; the files are written anew for each input.
class plugin_folder {
  public:
    plugin_folder() {
        for (const auto* language : {"en", "de"})
            std::filesystem::create_directories(folder_.path() / "lang" / language);
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
    const auto shown_in = [&](const std::string& language) {
        return plugin::plugin_strings(tables, std::vector<std::string>{language}).get(key, {{"name", value}});
    };
    const auto* german = tables->texts().find(std::vector<std::string>{"de", "en"}, key);
    expect(!tables->has(key) || german != nullptr, "what English has can be found");
    expect(shown_in("fr") == shown_in("en"), "a language that is not there falls back to English");
    expect(shown_in("de_at") == shown_in("de"), "a language falls back to its parent");
    if (german == nullptr) expect(shown_in("de") == "[[" + key + "]]", "a key without a text is shown as such");
}

}  // namespace commhost::fuzz
