// A OneRoster package as a zip file.

#include "expectation.hpp"
#include "memory_file.hpp"
#include "oneroster_reading.hpp"
#include "roster/package.hpp"
#include "target.hpp"

#include <memory>

namespace commhost::fuzz {

void run(std::string_view input) {
    const memory_file file(input);
    std::unique_ptr<roster::package> package;
    const auto refused = refusal_of([&] { package = roster::open_package(file.path()); }, {"file", "package"});
    if (!refused.empty()) return;
    expect(package->find("manifest.csv").has_value(), "a package that opens has a manifest");
    check_reading(*package);
}

}  // namespace commhost::fuzz
