#include "text/descriptor.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <thread>

using namespace commhost::text;

TEST_CASE("more than a pipe holds is written while it is read") {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    const descriptor from(ends[0]);
    descriptor to(ends[1]);
    const std::string text(300'000, 'x');
    std::string read;
    std::thread reader([&] {
        std::array<char, 4096> piece{};
        for (ssize_t count = 0; (count = ::read(from.number(), piece.data(), piece.size())) > 0;)
            read.append(piece.data(), static_cast<std::size_t>(count));
    });
    CHECK_FALSE(write_all(to.number(), text));
    to.close();
    reader.join();
    CHECK(read == text);
}

TEST_CASE("a full disk is told") {
    const descriptor full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
    REQUIRE(full);
    CHECK(write_all(full.number(), "text").value() == ENOSPC);
}

TEST_CASE("a descriptor is closed once") {
    const int number = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    {
        descriptor first(number);
        const descriptor second(std::move(first));
        CHECK_FALSE(first);
        CHECK(second.number() == number);
    }
    CHECK(::fcntl(number, F_GETFD) == -1);
}
