#pragma once

#include <string_view>

namespace commhost::fuzz {

/// One target: gives input, which may be anything at all, to a reader of foreign bytes and ends the process
/// (expectation.hpp) when something does not hold that is promised of that reader. An exception that leaves it is a
/// finding too. The same input does the same each time.
///
/// Each target's source implements it; replay_main.cpp or libFuzzer calls it.
void run(std::string_view input);

}  // namespace commhost::fuzz
