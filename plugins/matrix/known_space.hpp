#pragma once

#include <core_communication/cancellation.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace communication_matrix {

/// What this process knows of a space, for all rooms that it works on: an object of the plugin lives for one room, and what is true
/// of the space is asked for once. Any thread; who finds that something has to be asked asks it while the others wait, as with ask_once:
/// what it throws is theirs as well, and stop ends the waiting with task_cancelled.
class known_space {
  public:
    using clock = std::chrono::steady_clock;

    /// key: no other space's. now: from any thread.
    explicit known_space(std::string key, std::function<clock::time_point()> now = clock::now)
        : key_(std::move(key)), now_(std::move(now)) {}

    /// One for each key, which lives as long as the process.
    static std::shared_ptr<known_space> of(const std::string& key);

    /// The space's id; empty where it was refused within the last minutes. find is called where it is not known, or was found too long
    /// ago. What it gives is kept, and another id has other people. Passes on what find throws, and keeps nothing then.
    std::optional<std::string> id(const core_communication::cancellation& stop,
                                  const std::function<std::string()>& find);

    /// For some minutes there is no space. Forgets its id and its people.
    void refuse();

    /// Those of the accounts that were never in the space as far as is known; from now on they count as having been. read gives everybody
    /// who ever was, by hash_of; it is called where that is not known, or was read too long ago. Passes on what it throws.
    std::vector<std::string> claim(std::span<const std::string> accounts, const core_communication::cancellation& stop,
                                   const std::function<std::unordered_set<std::size_t>()>& read);
    /// Nobody knows whether the account came in: whoever claims next has the people read first.
    void give_back(std::string_view account);
    /// The server refuses it: for a day it is not claimed, whoever is read to be in the space.
    void shut_out(std::string_view account);

    /// 8 bytes in the place of an account, because a space has everybody of a site.
    static std::size_t hash_of(std::string_view account) { return std::hash<std::string_view>{}(account); }

  private:
    bool is_recent(const std::optional<clock::time_point>& when) const;
    void forget();
    /// Empty where it was refused, none where it has to be asked.
    std::optional<std::string> known_id();
    /// Those to claim; none where the people have to be asked for.
    std::optional<std::vector<std::string>> claim_known(std::span<const std::string> accounts);

    const std::string key_;
    const std::function<clock::time_point()> now_;
    std::mutex mutex_;  ///< Of what follows. Never held while something is asked.
    std::string id_;
    std::optional<clock::time_point> found_at_;
    clock::time_point refused_until_ = clock::time_point::min();
    std::unordered_set<std::size_t> ever_in_;
    std::unordered_map<std::size_t, clock::time_point> shut_out_until_;
    std::optional<clock::time_point> read_at_;
};

/// As in a process that has just begun.
void forget_spaces();

}  // namespace communication_matrix
