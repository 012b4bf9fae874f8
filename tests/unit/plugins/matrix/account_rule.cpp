#include "matrix/account_rule.hpp"

#include <doctest/doctest.h>

using communication_matrix::account_by_rule;
using communication_matrix::configuration;
using communication_matrix::external_id_by_rule;
using core_communication::person;

namespace {

configuration site(const std::string& source) {
    configuration of;
    of.server_name = "s.example:8448";
    of.account_prefix = "u-";
    of.account_source = source;
    return of;
}

const person anna{core_communication::user_id{1},
                  "Anna",
                  "",
                  "",
                  "",
                  "a.schmidt@mail.example",
                  {{"local", "anna.s"}, {"whole", "@anna:other.example"}}};

}  // namespace

TEST_CASE("an account follows from the user name, the e-mail address or a further field") {
    CHECK(account_by_rule(anna, site("username")).account == "@u-_anna:s.example:8448");
    CHECK(account_by_rule(anna, site("email")).account == "@u-a.schmidt:s.example:8448");
    CHECK(account_by_rule(anna, site("field:local")).account == "@u-anna.s:s.example:8448");
    CHECK(account_by_rule(anna, site("field:whole")).account == "@anna:other.example");
}

TEST_CASE("an account follows from a pattern of what the roster gives") {
    auto of = anna;
    of.given_name = "Anna";
    of.family_name = "Schmidt";
    CHECK(account_by_rule(of, site("pattern:{given_name}.{family_name}")).account ==
          "@u-_anna._schmidt:s.example:8448");
    CHECK(account_by_rule(of, site("pattern:s-{email}-{field:local}")).account ==
          "@u-s-a.schmidt-anna.s:s.example:8448");
    CHECK(account_by_rule(of, site("pattern:@{field:local}:other.example:8448")).account ==
          "@anna.s:other.example:8448");
    CHECK(account_by_rule(of, site("pattern:all")).account == "@u-all:s.example:8448");
    CHECK(account_by_rule(anna, site("pattern:{username}.{family_name}")).lacking == "the roster gives no family_name");
    CHECK(account_by_rule(of, site("pattern:{field:none}")).lacking == "the roster gives no field:none");
    of.username = "anna:elsewhere.example";
    CHECK(account_by_rule(of, site("pattern:@{username}:other.example")).lacking ==
          "the roster's username is no part of an account: anna:elsewhere.example");
    of.username = "an na";
    CHECK(account_by_rule(of, site("pattern:@{username}:other.example")).lacking ==
          "what follows from the pattern is no account: @an na:other.example");
}

TEST_CASE("what the roster does not give makes no account, and says what is lacking") {
    const person nobody{core_communication::user_id{2}, "", "", "", "", "no address", {{"odd", "@:s"}}};
    CHECK(account_by_rule(nobody, site("username")).lacking == "the roster gives no user name");
    CHECK(account_by_rule(nobody, site("email")).lacking == "the roster gives no e-mail address");
    CHECK(account_by_rule(nobody, site("field:whole")).lacking == "the roster gives no field whole");
    for (const auto* word : {"@:s", "@anna", "@anna:", "@an na:s", "@anna:s/../x"}) {
        auto odd = nobody;
        odd.fields["odd"] = word;
        const auto found = account_by_rule(odd, site("field:odd"));
        CAPTURE(word);
        CHECK(found.account.empty());
        CHECK(found.lacking == std::string("the roster's field odd is no account: ") + word);
    }
}

TEST_CASE("an account is of this server when all behind the first colon is its name") {
    CHECK(is_local("@anna:s.example:8448", site("username")));
    CHECK_FALSE(is_local("@anna:s.example", site("username")));
    CHECK_FALSE(is_local("@anna:other.example", site("username")));
    CHECK_FALSE(is_local("anna", site("username")));
}

TEST_CASE("who somebody is to the single sign-on is the roster's word as it stands") {
    configuration site;
    site.sso_provider = "oidc-school";
    core_communication::person who{core_communication::user_id{1}, "Ada.L",           "", "Ada", "",
                                   "Ada@School.example",           {{"uuid", "7F-1"}}};
    const auto subject_by = [&](const std::string& source) {
        site.sso_id = source;
        const auto found = external_id_by_rule(who, site);
        return found ? found->provider + " " + found->subject : "";
    };
    CHECK(subject_by("username") == "oidc-school Ada.L");
    CHECK(subject_by("email") == "oidc-school Ada@School.example");
    CHECK(subject_by("field:uuid") == "oidc-school 7F-1");
    CHECK(subject_by("pattern:{username}|{email}") == "oidc-school Ada.L|Ada@School.example");
    // Nobody is somebody by half a name.
    CHECK(subject_by("field:other") == "");
    CHECK(subject_by("pattern:{given_name}.{family_name}") == "");
    CHECK(subject_by("") == "");
    site.sso_provider.clear();
    CHECK(subject_by("username") == "");
}
