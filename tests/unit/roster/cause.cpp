#include "roster/cause.hpp"

#include <doctest/doctest.h>

using namespace commhost;

TEST_CASE("each kind of cause has its word") {
    CHECK(roster::import_cause(12) == "import 12");
    CHECK(roster::import_cause() == "import");
    CHECK(roster::plan_cause("3f2a9c01b5d7e8aa") == "plan 3f2a9c01b5d7");
    CHECK(roster::approval_cause(roster::held_id{3}) == "approval 3");
    CHECK(roster::discard_cause(roster::held_id{3}) == "discard 3");
}

TEST_CASE("an undo says of what, and the undo of an undo that it is done again, however often") {
    auto cause = roster::undo_cause("import 12");
    CHECK(cause == "undo import 12");
    cause = roster::undo_cause(cause);
    CHECK(cause == "redo import 12");
    CHECK(roster::undo_cause(cause) == "undo import 12");
}
