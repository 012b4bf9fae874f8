#pragma once

#include "message/error.hpp"

namespace commhost::test {

/// The code of the message::error that work throws; "none" where it throws none.
template <class Work>
message::code refusal_of(Work&& work) {
    try {
        work();
    } catch (const message::error& refused) {
        return refused.code();
    }
    return message::code("none");
}

}  // namespace commhost::test
