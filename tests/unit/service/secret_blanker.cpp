#include "service/secret_blanker.hpp"

#include "service/log.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace commhost;

namespace {

service::secret_blanker knowing(const std::vector<std::string>& secrets) { return service::secret_blanker(secrets); }

}  // namespace

TEST_CASE("a secret is blanked as it is, a part of it never left over") {
    const auto blank = knowing({"abc/d", "abc/defg", "x", ""});
    CHECK(blank("a abc/defg b abc/d c x") == "a *** b *** c x");
    CHECK(blank("nothing here") == "nothing here");
    CHECK(service::secret_blanker()("nothing to hide") == "nothing to hide");
}

TEST_CASE("a secret of eight characters is blanked in each form that it is sent in") {
    const auto blank = knowing({"pass \"word\"/ö"});
    for (const std::string form : {
             R"(pass "word"/ö)",
             R"(pass \"word\"/ö)",
             R"(pass \"word\"\/ö)",
             "pass%20%22word%22%2F%C3%B6",
             "pass%20%22word%22%2f%c3%b6",
             "cGFzcyAid29yZCIvw7Y=",
             "cGFzcyAid29yZCIvw7Y",
         })
        CHECK_MESSAGE(blank("<" + form + ">") == "<***>", form);
}

TEST_CASE("base64 of something longer that holds a secret does not give it away") {
    const auto blank = knowing({"correct+horse?"});
    // "me:correct+horse?", "you:correct+horse?!", "u:correct+horse?" and the first in the alphabet for URLs
    CHECK(blank("Basic bWU6Y29ycmVjdCtob3JzZT8=") == "Basic bWU6***");
    CHECK(blank("eW91OmNvcnJlY3QraG9yc2U/IQ==") == "eW91Om***IQ==");
    CHECK(blank("dTpjb3JyZWN0K2hvcnNlPw==") == "dTp***w==");
    CHECK(knowing({"?>?>?>?>"})("Pz4_Pj8-Pz4=") == "***");
}

TEST_CASE("a short secret is blanked as it is alone") {
    const auto blank = knowing({"a b c"});
    CHECK(blank("a b c a%20b%20c") == "*** a%20b%20c");
}

TEST_CASE("the lines of a secret are secrets") {
    const auto blank = knowing({"-----BEGIN KEY-----\nMIIBOgIBAAJBAKj3\r\nx\n-----END KEY-----\n"});
    CHECK(blank("read MIIBOgIBAAJBAKj3 from it") == "read *** from it");
}

TEST_CASE("a plugin's logger blanks its secrets in both formats") {
    for (const auto format : {service::log_format::text, service::log_format::json}) {
        std::string written;
        service::log log({core_communication::log_level::info, format},
                         [&written](std::string_view line) { written += line; });
        service::plugin_logger logger(log, {"communication_example", {}, {}}, knowing({"hunter2\"hunter2"}));
        logger.log(core_communication::log_level::warning, R"(token hunter2"hunter2, in JSON "hunter2\"hunter2")");
        CHECK(written.find("hunter2") == std::string::npos);
        CHECK(written.find("token ***, in JSON") != std::string::npos);
    }
}
