#include "plugin/discovery.hpp"

#include "plugin_fixtures.hpp"
#include "temporary_folder.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <vector>

using namespace commhost;

namespace {

/// No file can be opened as long as it lives. What is open stays so.
class no_more_descriptors {
  public:
    no_more_descriptors() {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        auto none = before_;
        none.rlim_cur = 0;
        ::setrlimit(RLIMIT_NOFILE, &none);
    }
    ~no_more_descriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
    no_more_descriptors(const no_more_descriptors&) = delete;
    no_more_descriptors& operator=(const no_more_descriptors&) = delete;

  private:
    struct rlimit before_ {};
};

}  // namespace

TEST_CASE("a root that cannot be read is told with the system's reason, and gives no plugins") {
    const test::temporary_folder folder;
    const auto root = folder.path() / "provider";
    test::install("good", root);
    const plugin::discovery_settings settings{{root}, *plugin::parse_host_version("0.1.0"), {::geteuid()}};
    std::vector<plugin::problem> problems;
    {
        const no_more_descriptors meanwhile;
        CHECK(plugin::find_plugins(settings, problems).empty());
    }
    REQUIRE(test::codes(problems) == "PLUGIN_ROOT_READ");
    CHECK(test::argument(problems[0].arguments, "root") == root.string());
    CHECK(test::argument(problems[0].arguments, "reason") == "Too many open files");
    problems.clear();
    CHECK(plugin::find_plugins(settings, problems).size() == 1);
    CHECK(problems.empty());
}
