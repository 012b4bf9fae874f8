// commhost-probe: the process in whose copies plugins are loaded for the first time. It is a program of its own, with few
// libraries, because a copy is made for each plugin. worker/probe_server.hpp starts it and gives it its orders.

#include "worker/probe.hpp"

int main() { return commhost::worker::serve_probes(); }
