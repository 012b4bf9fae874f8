#include "worker/validator/belongings.hpp"

#include <dirent.h>

#include <cerrno>
#include <cstdlib>
#include <memory>
#include <system_error>

namespace commhost::worker::validator {

namespace {

/// The numbers that name what is in a folder of /proc. own: the descriptor that this takes.
std::set<int> numbers_in(const char* folder, int& own) {
    const auto close = [](DIR* open) { ::closedir(open); };
    const std::unique_ptr<DIR, decltype(close)> open(::opendir(folder), close);
    if (!open) throw std::system_error(errno, std::generic_category(), folder);
    std::set<int> numbers;
    while (const auto* entry = ::readdir(open.get()))
        if (entry->d_name[0] != '.') numbers.insert(std::atoi(entry->d_name));
    own = ::dirfd(open.get());
    return numbers;
}

}  // namespace

belongings own_belongings() {
    int own = -1;
    belongings found;
    found.threads = numbers_in("/proc/self/task", own).size();
    found.descriptors = numbers_in("/proc/self/fd", own);
    found.descriptors.erase(own);
    return found;
}

}  // namespace commhost::worker::validator
