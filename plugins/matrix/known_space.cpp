#include "known_space.hpp"

#include "common_question.hpp"

#include <map>

namespace communication_matrix {

namespace {

constexpr std::chrono::minutes refused_for{5};
constexpr std::chrono::minutes known_for{10};
constexpr std::chrono::hours shut_out_for{24};

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
    if (!found) found = std::make_shared<known_space>(key);
    return found;
}

std::optional<std::string> known_space::id(const core_communication::cancellation& stop,
                                           const std::function<std::string()>& find) {
    auto found = known_id();
    if (!found)
        found = ask_once("space " + key_, stop, [&] {
            if (auto meanwhile = known_id()) return *std::move(meanwhile);
            auto id = find();
            const std::scoped_lock lock(mutex_);
            if (id != id_) forget();
            id_ = id;
            found_at_ = now_();
            return id;
        });
    if (found->empty()) return std::nullopt;
    return found;
}

std::optional<std::string> known_space::known_id() {
    const std::scoped_lock lock(mutex_);
    if (is_recent(found_at_)) return id_;
    if (now_() < refused_until_) return "";
    return std::nullopt;
}

void known_space::refuse() {
    const std::scoped_lock lock(mutex_);
    forget();
    refused_until_ = now_() + refused_for;
}

void known_space::forget() {
    id_.clear();
    found_at_.reset();
    ever_in_.clear();
    shut_out_until_.clear();
    read_at_.reset();
}

bool known_space::is_recent(const std::optional<clock::time_point>& when) const {
    return when && now_() - *when <= known_for;
}

std::vector<std::string> known_space::claim(std::span<const std::string> accounts,
                                            const core_communication::cancellation& stop,
                                            const std::function<std::unordered_set<std::size_t>()>& read) {
    for (;;) {
        if (auto claimed = claim_known(accounts)) return *std::move(claimed);
        ask_once("people of the space " + key_, stop, [&] {
            if (claim_known({})) return std::string();
            auto everybody = read();
            const std::scoped_lock lock(mutex_);
            ever_in_ = std::move(everybody);
            read_at_ = now_();
            std::erase_if(shut_out_until_, [&](const auto& each) { return each.second <= *read_at_; });
            return std::string();
        });
    }
}

std::optional<std::vector<std::string>> known_space::claim_known(std::span<const std::string> accounts) {
    const std::scoped_lock lock(mutex_);
    if (!is_recent(read_at_)) return std::nullopt;
    std::vector<std::string> claimed;
    for (const auto& account : accounts)
        if (!shut_out_until_.contains(hash_of(account)) && ever_in_.insert(hash_of(account)).second)
            claimed.push_back(account);
    return claimed;
}

void known_space::give_back(std::string_view account) {
    const std::scoped_lock lock(mutex_);
    ever_in_.erase(hash_of(account));
    read_at_.reset();
}

void known_space::shut_out(std::string_view account) {
    const std::scoped_lock lock(mutex_);
    shut_out_until_.insert_or_assign(hash_of(account), now_() + shut_out_for);
}

void forget_spaces() {
    auto& all = spaces();
    const std::scoped_lock lock(all.mutex);
    all.by_key.clear();
}

}  // namespace communication_matrix
