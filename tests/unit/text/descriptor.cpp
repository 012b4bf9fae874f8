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

TEST_CASE("a read takes one pipe-full at most, however much lies there, and says whether more may come") {
    auto pipe = make_pipe();
    REQUIRE(pipe);
    REQUIRE(::fcntl(pipe->read.number(), F_SETFL, O_NONBLOCK) == 0);
    REQUIRE(::fcntl(pipe->write.number(), F_SETPIPE_SZ, 300'000) >= 300'000);
    REQUIRE_FALSE(write_all(pipe->write.number(), std::string(150'000, 'x')));
    std::string read;
    CHECK(read_some(pipe->read.number(), read));
    CHECK(read.size() == 65'536);
    CHECK(read_some(pipe->read.number(), read, 70'000));
    CHECK(read.size() == 70'000);
    std::string last;
    CHECK(read_some(pipe->read.number(), last));
    CHECK(last.size() == 150'000 - 2 * 65'536);
    CHECK(read_some(pipe->read.number(), last));  // nothing now
    pipe->write.close();
    CHECK_FALSE(read_some(pipe->read.number(), last));
    CHECK(last.size() == 150'000 - 2 * 65'536);
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
