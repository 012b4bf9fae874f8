#include "message/language.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

using namespace commhost;
using list = std::vector<std::string>;

namespace {

list asked_for(const std::map<std::string, std::string, std::less<>>& environment) {
    return message::languages_of_environment([&](std::string_view name) -> std::optional<std::string> {
        const auto found = environment.find(name);
        return found == environment.end() ? std::nullopt : std::optional(found->second);
    });
}

}  // namespace

TEST_CASE("a locale names a language") {
    CHECK(message::language_of_locale("de_AT.UTF-8") == "de_at");
    CHECK(message::language_of_locale("de") == "de");
    CHECK(message::language_of_locale("pt-BR") == "pt_br");
    CHECK(message::language_of_locale("sr_RS@latin") == "sr_rs");
    for (const auto* locale : {"", "C", "C.UTF-8", "POSIX", "../../etc", "x", "d e"})
        CHECK(message::language_of_locale(locale) == "en");
}

TEST_CASE("a language's folder has a name of small letters") {
    for (const auto* name : {"de", "de_at", "sr_latn_rs", "es_419"}) CHECK(message::is_language(name));
    for (const auto* name : {"", "d", "DE", "de_", "_de", "de__at", "de-at", "deutsch_deutsch_deutsch", "d\xc3\xa9"})
        CHECK(!message::is_language(name));
}

TEST_CASE("a language falls back to its parent, then to the next one asked for, then to English") {
    CHECK(message::with_fallbacks(list{"de_at"}) == list{"de_at", "de", "en"});
    CHECK(message::with_fallbacks(list{"de_at", "fr", "de_ch"}) == list{"de_at", "de", "fr", "de_ch", "en"});
    CHECK(message::with_fallbacks(list{}) == list{"en"});
    CHECK(message::with_fallbacks(list{"en"}) == list{"en"});
    CHECK(message::with_fallbacks(list{"en_gb", "de"}) == list{"en_gb", "de", "en"});
    CHECK(message::with_fallbacks(list{"en", "de"}) == list{"en"});
}

TEST_CASE("the environment is asked as gettext does it") {
    CHECK(asked_for({}) == list{"en"});
    CHECK(asked_for({{"LANG", "de_AT.UTF-8"}}) == list{"de_at"});
    CHECK(asked_for({{"LANG", "fr_FR"}, {"LC_MESSAGES", "de_DE"}}) == list{"de_de"});
    CHECK(asked_for({{"LC_MESSAGES", "fr_FR"}, {"LC_ALL", "de_DE"}}) == list{"de_de"});
    CHECK(asked_for({{"LANG", "de_DE"}, {"LC_ALL", ""}}) == list{"de_de"});
    CHECK(asked_for({{"LANG", "de_DE"}, {"LANGUAGE", "fr:it_IT::pl"}}) == list{"fr", "it_it", "pl", "de_de"});
}

TEST_CASE("C and POSIX are English, whatever LANGUAGE says") {
    CHECK(asked_for({{"LANG", "de_DE"}, {"LC_ALL", "C"}}) == list{"en"});
    CHECK(asked_for({{"LC_ALL", "C.UTF-8"}, {"LANGUAGE", "de"}}) == list{"en"});
    CHECK(asked_for({{"LANG", "POSIX"}, {"LANGUAGE", "de"}}) == list{"en"});
    CHECK(asked_for({{"LANGUAGE", "de"}}) == list{"en"});
}
