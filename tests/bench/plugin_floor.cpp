// The least that a host of plugins could do, for tools/bench plugins to compare with:
//
//   plugin_floor manifests ROOT   stats and reads version.json of every folder in ROOT
//   plugin_floor load ROOT        loads the shared object of every folder in ROOT in a child of its own, as many at the same
//                                 time as the machine has processors, and calls its factory
//
// Prints how many it did. Uses the system's calls alone, so that nothing is in the way of what is measured.

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

[[noreturn]] void fail(const std::string& what) {
    std::perror(what.c_str());
    std::exit(EXIT_FAILURE);
}

std::vector<std::string> names_in(const std::string& root) {
    DIR* open = ::opendir(root.c_str());
    if (open == nullptr) fail(root);
    std::vector<std::string> names;
    while (const auto* entry = ::readdir(open))
        if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
    ::closedir(open);
    return names;
}

void read_manifest(const std::string& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) fail(file);
    const int open = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    std::vector<char> content(static_cast<std::size_t>(status.st_size));
    if (open < 0 || ::read(open, content.data(), content.size()) != status.st_size) fail(file);
    ::close(open);
}

[[noreturn]] void load(const std::string& file) {
    void* library = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr || ::dlsym(library, "communication_feature") == nullptr) {
        std::fprintf(stderr, "%s\n", ::dlerror());
        ::_exit(EXIT_FAILURE);
    }
    ::_exit(EXIT_SUCCESS);
}

void end_one() {
    int status = 0;
    if (::wait(&status) < 0 || status != 0) std::exit(EXIT_FAILURE);
}

}  // namespace

int main(int count, char** words) {
    if (count != 3) return 64;
    const std::string root = words[2];
    const auto names = names_in(root);
    if (words[1] == std::string("manifests")) {
        for (const auto& name : names) read_manifest(root + "/" + name + "/version.json");
    } else {
        const long at_once = ::sysconf(_SC_NPROCESSORS_ONLN);
        long running = 0;
        for (const auto& name : names) {
            if (running == at_once)
                end_one();
            else
                ++running;
            const pid_t child = ::fork();
            if (child < 0) fail("fork");
            if (child == 0) load(root + "/" + name + "/libcommunication_" + name + ".so");
        }
        while (running-- > 0) end_one();
    }
    std::printf("%zu\n", names.size());
}
