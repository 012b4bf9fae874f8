#include "known_space.hpp"

#include <map>

namespace communication_matrix {

namespace {

constexpr std::chrono::minutes refused_for{5};
constexpr std::chrono::minutes people_are_known_for{10};

struct all_spaces {
    std::mutex mutex;
    std::map<std::string, std::shared_ptr<known_space>> by_key;
};

all_spaces& spaces() {
    static all_spaces of_process;
    return of_process;
}

}  // namespace

std::shared_ptr<known_space> known_space::of(const std::string& key) {
    auto& all = spaces();
    const std::scoped_lock lock(all.mutex);
    auto& found = all.by_key[key];
    if (!found) found = std::make_shared<known_space>();
    return found;
}

std::optional<std::string> known_space::id(const std::function<std::string()>& find) {
    const std::scoped_lock lock(mutex_);
    if (id_.empty() && clock::now() < refused_until_) return std::nullopt;
    if (id_.empty()) id_ = find();
    return id_;
}

void known_space::refuse() {
    const std::scoped_lock lock(mutex_);
    id_.clear();
    ever_in_.clear();
    read_at_.reset();
    refused_until_ = clock::now() + refused_for;
}

std::vector<std::string> known_space::claim(std::span<const std::string> accounts,
                                            const std::function<std::unordered_set<std::size_t>()>& read) {
    const std::scoped_lock lock(mutex_);
    if (!read_at_ || clock::now() - *read_at_ > people_are_known_for) {
        ever_in_ = read();
        read_at_ = clock::now();
    }
    std::vector<std::string> claimed;
    for (const auto& account : accounts)
        if (ever_in_.insert(hash_of(account)).second) claimed.push_back(account);
    return claimed;
}

void known_space::give_back(std::string_view account) {
    const std::scoped_lock lock(mutex_);
    ever_in_.erase(hash_of(account));
}

void forget_spaces() {
    auto& all = spaces();
    const std::scoped_lock lock(all.mutex);
    all.by_key.clear();
}

}  // namespace communication_matrix
