#pragma once

#include "message/catalogue.hpp"
#include "message/code.hpp"
#include "message/error.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::fuzz {

/// Says which promise is broken and aborts, when it does not hold.
void expect(bool holds, std::string_view promise);

/// One line of UTF-8 without control characters, as it may go to a terminal, a log and a JSON document.
void expect_line(std::string_view text, std::string_view whose);

/// A message that an admin can do something with: of the catalogue, every placeholder of it filled, in sound lines.
void expect_sound(message::code code, const message::arguments& arguments);

/// Whether work is refused: the sentence of the message::error that it throws, which is sound and says where by one of the
/// arguments named; "" when it throws nothing. Anything else that is thrown leaves it.
template <class Work>
std::string refusal_of(Work&& work, std::initializer_list<std::string_view> places) {
    try {
        work();
        return {};
    } catch (const message::error& refused) {
        expect_sound(refused.code(), refused.arguments());
        bool placed = false;
        for (const auto& [name, value] : refused.arguments())
            for (const auto place : places) placed = placed || (name == place && !value.empty());
        expect(placed, "a refusal says where the fault is");
        return refused.what();
    }
}

/// The parts of an input of several: what stands between the lines "=====".
std::vector<std::string_view> parts_of(std::string_view input);

}  // namespace commhost::fuzz
