#include "matrix/shown_account.hpp"

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

#include <string>

using namespace communication_matrix;
using core_communication::person;
using core_communication::user_id;

namespace {

boost::json::object account(const std::string& text) { return boost::json::parse(text).as_object(); }

const person ada{user_id{1}, "ada", "Ada Lovelace", "", "", "Ada@School.example", {}};
const person nobody_known{user_id{2}, "ben", "", "", "", "", {}};
const std::string ours =
    R"("displayname":"Ada Lovelace","threepids":[{"medium":"email","address":"ada@school.example"}])";

}  // namespace

TEST_CASE("what an account shows is not sent again, whatever the case of its address and whatever it has besides") {
    const auto lacks = [](const std::string& text, const person& who = ada) {
        const auto found = compare(account(text), who);
        return std::pair(found.name, found.address);
    };
    CHECK(lacks("{" + ours + "}") == std::pair(false, false));
    CHECK(lacks(R"({"displayname":"Ada","threepids":[{"medium":"email","address":"ADA@school.example"},
                    {"medium":"email","address":"ada@home.example"},{"medium":"msisdn","address":"47"}]})") ==
          std::pair(true, false));
    CHECK(lacks(R"({"displayname":"Ada Lovelace","threepids":[{"medium":"msisdn","address":"ada@school.example"}]})") ==
          std::pair(false, true));
    CHECK(lacks(R"({"displayname":null,"threepids":null})") == std::pair(true, true));
    CHECK(lacks("{}", nobody_known) == std::pair(false, false));
}

TEST_CASE("an account that was being made is the one we made if it has what we sent") {
    CHECK(is_as_sent(account("{" + ours + R"(,"external_ids":[]})"), ada, {}));
    // Synapse makes it before it looks at the address.
    CHECK(is_as_sent(account(R"({"displayname":"Ada Lovelace","threepids":[]})"), ada, {}));
    const auto signed_in = account("{" + ours + R"(,"external_ids":[{"auth_provider":"oidc","external_id":"1"}]})");
    CHECK_FALSE(is_as_sent(signed_in, ada, {}));
    CHECK_FALSE(is_as_sent(signed_in, ada, external_id{"oidc", "2"}));
    CHECK_FALSE(is_as_sent(signed_in, ada, external_id{"saml", "1"}));
    CHECK(is_as_sent(signed_in, ada, external_id{"oidc", "1"}));
    CHECK_FALSE(is_as_sent(account(R"({"displayname":"ada","threepids":[]})"), ada, {}));
    CHECK_FALSE(is_as_sent(account(R"({"displayname":"Ada Lovelace",
                                       "threepids":[{"medium":"email","address":"ada@home.example"}]})"),
                           ada, {}));
}
