#pragma once

#include "worker/validator/belongings.hpp"
#include "worker/validator/test.hpp"

#include <cstddef>
#include <set>

namespace commhost::worker::validator {

// What a plugin leaves behind, where all goes well and where nothing does.

void examine_silence(stage& on, verdict& found);
void examine_threads(stage& on, verdict& found);
void examine_processes(stage& on, verdict& found);
void examine_descriptors(stage& on, verdict& found);
void examine_memory(stage& on, verdict& found);

/// How many threads there are once as few are left as expected, or after some seconds. Throws as own_belongings.
std::size_t threads_left(std::size_t expected);

/// How many descriptors are open that were not before. Throws as own_belongings.
std::size_t descriptors_beyond(const std::set<int>& before);

}  // namespace commhost::worker::validator
