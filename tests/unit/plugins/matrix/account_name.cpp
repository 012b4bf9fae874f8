#include "matrix/account_name.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

using communication_matrix::account_of;
using communication_matrix::localpart_of;

TEST_CASE("a plain user name is the account's name") {
    CHECK(account_of("anna.schmidt-2", "", "example.org") == "@anna.schmidt-2:example.org");
    CHECK(localpart_of("a/b+c", "") == "a/b+c");
}

TEST_CASE("upper case, '_' and everything else are written so that they can be told apart") {
    CHECK(localpart_of("annaSchmidt", "") == "anna_schmidt");
    CHECK(localpart_of("anna_schmidt", "") == "anna__schmidt");
    CHECK(localpart_of("a=b@c", "") == "a=3db=40c");
    CHECK(localpart_of("\u00e1", "") == "=c3=a1");
    CHECK(localpart_of("a b", "") == "a=20b");
}

TEST_CASE("no account begins with '_', which Synapse refuses") {
    CHECK(localpart_of("Anna", "") == "=5fanna");
    CHECK(localpart_of("_anna", "") == "=5f_anna");
}

TEST_CASE("a prefix stands in front and is not changed") {
    CHECK(localpart_of("Anna", "u-") == "u-_anna");
    CHECK(localpart_of("4711", "u-") == "u-4711");
    CHECK(localpart_of("anna", "_commhost_") == "_commhost_anna");
}

TEST_CASE("two user names never give one account") {
    // Everything of up to three characters that touches a rule, and what the rules turn them into.
    const std::string alphabet = "aA_=5fF\xc3 ";
    for (const std::string prefix : {"", "x"}) {
        std::map<std::string, std::string> seen;
        const auto meet = [&](const std::string& username) {
            const auto [place, is_new] = seen.emplace(localpart_of(username, prefix), username);
            if (!is_new) FAIL_CHECK(username << " and " << place->second << " are both " << place->first);
        };
        for (const char one : alphabet) {
            meet({one});
            for (const char two : alphabet) {
                meet({one, two});
                for (const char three : alphabet) meet({one, two, three});
            }
        }
        CHECK(seen.size() == alphabet.size() * (1 + alphabet.size() * (1 + alphabet.size())));
    }
}
