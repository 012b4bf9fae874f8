// What `commhost probe LIBRARY` is in the program, alone.

#include "worker/probe.hpp"

#include <string_view>

int main(int count, char** words) {
    if (count != 3 || words[1] != commhost::worker::probe_command) return 64;
    commhost::worker::probe(words[2]);
}
