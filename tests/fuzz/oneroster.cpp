// A OneRoster package. Parts: files, each with its name in the first line.

#include "expectation.hpp"
#include "oneroster_reading.hpp"
#include "target.hpp"
#include "text/ascii.hpp"

#include <map>
#include <string>

namespace commhost::fuzz {

namespace {

class package_of_parts final : public roster::package {
  public:
    explicit package_of_parts(std::string_view input) {
        for (const auto part : parts_of(input)) {
            const auto end = part.find('\n');
            if (end == std::string_view::npos) continue;
            files_.emplace(text::lower(part.substr(0, end)), part.substr(end + 1));
        }
    }

    std::optional<std::string> find(std::string_view lower_name) const override {
        const auto found = files_.find(lower_name);
        return found == files_.end() ? std::nullopt : std::optional(found->first);
    }
    std::string read(const std::string& name) const override { return files_.at(name); }

  private:
    std::map<std::string, std::string, std::less<>> files_;
};

}  // namespace

void run(std::string_view input) { check_reading(package_of_parts(input)); }

}  // namespace commhost::fuzz
