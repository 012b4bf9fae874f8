#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::message {

/// Which plural form a language uses for a number: CLDR's rules for cardinal numbers, as ICU has them
/// (https://unicode.org/reports/tr35/tr35-numbers.html#Language_Plural_Rules). Any thread.
class plural_rules {
  public:
    /// language: "de" or "de_at". One that CLDR does not know has the form "other" alone.
    explicit plural_rules(std::string_view language);
    ~plural_rules();
    plural_rules(const plural_rules&) = delete;
    plural_rules& operator=(const plural_rules&) = delete;

    /// "zero", "one", "two", "few", "many" or "other".
    std::string category(std::int64_t number) const;

    /// The categories that whole numbers have in this language, in alphabetical order: one, other for German.
    std::vector<std::string> categories() const;

  private:
    struct implementation;
    const implementation& rules() const;

    std::string language_;
    // Made when a text first asks: most messages have no plural, and most processes print few messages.
    mutable std::once_flag made_;
    mutable std::unique_ptr<const implementation> implementation_;
};

}  // namespace commhost::message
