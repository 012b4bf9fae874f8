#pragma once

#include <string>
#include <vector>

namespace commhost::worker {

/// What a plugin may know of our environment: where programs and libraries are and which language to speak. Nothing of
/// commhost's own, which may hold secrets, nor of systemd's.
std::vector<std::string> reduced_environment();

/// Takes everything else out of this process's environment, but for what libpq and OpenSSL look for there; also out of what the
/// system shows of it (/proc/PID/environ). For a process that has read what it needs and is about to run a plugin; no other
/// thread may look at the environment meanwhile.
void reduce_own_environment();

}  // namespace commhost::worker
