#include "text/sha256.hpp"

#include "temporary_folder.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <string>
#include <system_error>

using namespace commhost;

TEST_CASE("the examples of FIPS 180-2, appendix B") {
    CHECK(text::sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(text::sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("a file has the digest of its content") {
    const test::temporary_folder folder;
    const std::string content(300'000, 'a');
    std::ofstream(folder.path() / "file") << content;
    CHECK(text::sha256_of_file(folder.path() / "file") == text::sha256(content));
    CHECK_THROWS_AS(text::sha256_of_file(folder.path() / "none"), std::system_error);
}
