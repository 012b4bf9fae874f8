#include <core_communication/testing/memory_settings.hpp>

#include <stdexcept>
#include <utility>

namespace core_communication::testing {

namespace {

template <typename Type>
const Type& find(const std::map<std::string, memory_settings::value, std::less<>>& values, std::string_view name) {
    const auto found = values.find(name);
    if (found == values.end()) throw std::logic_error("no setting '" + std::string(name) + "' is declared");
    if (const auto* content = std::get_if<Type>(&found->second)) return *content;
    throw std::logic_error("the setting '" + std::string(name) + "' is of another type");
}

}  // namespace

void memory_settings::set(std::string_view name, value content) {
    values_.insert_or_assign(std::string(name), std::move(content));
}

std::string memory_settings::text(std::string_view name) const { return find<std::string>(values_, name); }
std::int64_t memory_settings::integer(std::string_view name) const { return find<std::int64_t>(values_, name); }
bool memory_settings::boolean(std::string_view name) const { return find<bool>(values_, name); }
std::chrono::seconds memory_settings::duration(std::string_view name) const {
    return find<std::chrono::seconds>(values_, name);
}
std::vector<std::string> memory_settings::list(std::string_view name) const {
    return find<std::vector<std::string>>(values_, name);
}

}  // namespace core_communication::testing
