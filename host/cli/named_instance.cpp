#include "cli/named_instance.hpp"

#include "communication/api.hpp"

#include <utility>

namespace commhost::cli {

directory::instance_key key_of(const std::string& what) {
    const auto first = what.find('/');
    const auto second = first == std::string::npos ? first : what.find('/', first + 1);
    if (second == std::string::npos) return {"commhost", "room", what};
    return {what.substr(0, first), what.substr(first + 1, second - first - 1), what.substr(second + 1)};
}

directory::instance instance_of(store::connection& on, const std::string& what) {
    if (auto found = directory::find_instance(on, key_of(what))) return *std::move(found);
    return communication::find_instance(on, what);
}

}  // namespace commhost::cli
