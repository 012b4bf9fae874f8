#include "plugin/codes.hpp"

#include "message/catalogue.hpp"
#include "text/file_content.hpp"

#include <doctest/doctest.h>

#include <regex>
#include <string>

using namespace commhost;

TEST_CASE("every code has its sentences in the catalogue") {
    const auto text = text::read_file(COMMHOST_CODES, 100'000);
    const std::regex declaration(R"re(code ([A-Z_]+)\{"([A-Z_]+)"\})re");
    int count = 0;
    for (std::sregex_iterator found(text.begin(), text.end(), declaration); found != std::sregex_iterator();
         ++found, ++count) {
        const auto id = (*found)[2].str();
        CHECK((*found)[1].str() == id);
        const auto* entry = message::catalogue::built_in().find(id);
        REQUIRE_MESSAGE(entry != nullptr, id);
        CHECK_MESSAGE(!entry->text.empty(), id);
        CHECK_MESSAGE(!entry->advice.empty(), id);
    }
    CHECK(count > 50);
}
