#pragma once

#include "plugin/minisign.hpp"
#include "plugin/problem.hpp"

#include <sys/types.h>

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::plugin {

struct trusted_key {
    minisign_key key;
    std::filesystem::path file;
};

/// The keys that may sign plugins: the files *.pub of one folder, which, as the folder itself, belong to root or to one
/// of the owners and are not writable by others. A folder that is not there holds none. One thread at a time changes
/// it.
class trusted_keys {
  public:
    trusted_keys(std::filesystem::path folder, std::vector<uid_t> owners);

    const std::filesystem::path& folder() const { return folder_; }

    /// In the order of their files' names. A file that is no key, or that somebody else can write, is a problem and no
    /// key.
    std::vector<trusted_key> read(std::vector<problem>& problems) const;

    /// Copies a key's file into the folder, making that if need be. Returns whether the key is new. Throws
    /// message::error: TRUST_KEY, TRUST_KEYS_WRITE.
    bool add(const std::filesystem::path& file, trusted_key& added);

    /// Throws message::error: TRUST_KEY_UNKNOWN, TRUST_KEYS_WRITE. Returns the files that were removed.
    std::vector<std::filesystem::path> remove(std::string_view id);

  private:
    std::filesystem::path folder_;
    std::vector<uid_t> owners_;
};

}  // namespace commhost::plugin
