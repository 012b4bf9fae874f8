// The roster as a JSON document.

#include "expectation.hpp"
#include "roster/document.hpp"
#include "roster_reading.hpp"
#include "target.hpp"

namespace commhost::fuzz {

void run(std::string_view input) {
    roster::roster first;
    roster::roster second;
    const auto refused = refusal_of([&] { first = roster::read_document(input, "school.json"); }, {"place"});
    const auto again = refusal_of([&] { second = roster::read_document(input, "school.json"); }, {"place"});
    expect(refused == again && same(first, second), "a document is read twice alike");
    expect_sound(first);
    // Its entries may be refused only all together.
    expect(refused.empty() || (first.users.empty() && first.instances.empty()), "a refused document gives nothing");
}

}  // namespace commhost::fuzz
