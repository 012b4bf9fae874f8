#pragma once

#include <cstddef>

namespace commhost::worker::validator {

/// From now on no thread of this process gets a socket of the internet: socket() fails with EACCES for it. Returns whether the
/// system lets it be so (seccomp, and a machine whose registers we know). For a process that may gain no privileges
/// (PR_SET_NO_NEW_PRIVS), once, before the plugin is loaded.
bool forbid_network();

/// How often one was asked for since. Any thread.
std::size_t sockets_refused();

}  // namespace commhost::worker::validator
