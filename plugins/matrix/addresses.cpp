#include "addresses.hpp"

#include "answer.hpp"
#include "batch.hpp"
#include "bounded_json.hpp"
#include "shown_account.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <set>
#include <utility>

namespace communication_matrix {

using core_communication::http_request;
using core_communication::http_response;
using core_communication::provider_error;
using core_communication::user_id;

namespace {

// What is kept in processor::site_value: a line for each account, "ACCOUNT LAST_SEEN HASH HASH ...".
constexpr std::string_view seen_key = "addresses_seen";

/// FNV-1a of 64 bits: what is kept of other people's addresses tells whether they are the same, and no more.
std::uint64_t hash_of(std::string_view address) {
    std::uint64_t sum = 14695981039346656037ULL;
    for (const char character : address) sum = (sum ^ static_cast<unsigned char>(character)) * 1099511628211ULL;
    return sum;
}

/// In milliseconds, as the list has its times; 0 where it has none.
std::int64_t time_in(const boost::json::object& account, std::string_view field) {
    const auto* time = account.if_contains(field);
    return time != nullptr && time->is_int64() ? time->get_int64() : 0;
}

std::int64_t a_moment_ago() {
    using namespace std::chrono;
    return duration_cast<milliseconds>((system_clock::now() - minutes(5)).time_since_epoch()).count();
}

std::string_view next_word(std::string_view& line) {
    const auto word = line.substr(0, line.find(' '));
    line.remove_prefix(std::min(line.size(), word.size() + 1));
    return word;
}

template <class Number>
Number number_in(std::string_view word) {
    Number number{};
    std::from_chars(word.data(), word.data() + word.size(), number);
    return number;
}

}  // namespace

std::string canonical(std::string_view address) {
    const auto from = address.find_first_not_of(' ');
    if (from == std::string_view::npos) return {};
    std::string lower(address.substr(from, address.find_last_not_of(' ') - from + 1));
    for (auto& character : lower)
        if (character >= 'A' && character <= 'Z') character = static_cast<char>(character - 'A' + 'a');
    return lower;
}

addresses::addresses(core_communication::processor& processor, client& server, remote_room& remote)
    : processor_(processor), server_(server), remote_(remote) {}

void addresses::note(const boost::json::object& account) {
    const auto seen = time_in(account, "last_seen_ts");
    const bool is_just_made = seen == 0 && time_in(account, "creation_ts") > a_moment_ago();
    list_.push_back({text_in(account, "name"), seen, is_just_made});
}

std::map<user_id, std::string> addresses::withheld(std::span<const claim> claims) {
    withheld_.clear();
    withhold_what_the_roster_shares(claims);
    auto open = left(claims);
    if (is_whole_ && !open.empty()) {
        std::vector<std::string> names;
        for (const auto& each : list_) names.push_back(each.account);
        const auto owners = processor_.users(names);
        withhold_what_listed_people_have(open, owners);
        open = left(claims);
        if (open.empty() || look_at_others(open, owners)) return std::move(withheld_);
    }
    if (!open.empty()) ask_for_each(open);
    return std::move(withheld_);
}

void addresses::withhold(const claim& one, std::string why) { withheld_.emplace(one.user, std::move(why)); }

std::vector<addresses::claim> addresses::left(std::span<const claim> claims) const {
    std::vector<claim> open;
    for (const auto& each : claims)
        if (!withheld_.contains(each.user)) open.push_back(each);
    return open;
}

void addresses::withhold_what_the_roster_shares(std::span<const claim> claims) {
    if (claims.empty()) return;
    std::set<user_id> known;
    for (const auto& each : processor_.wanted_members()) known.insert(each.user);
    for (const auto& each : claims) known.insert(each.user);
    const std::vector<user_id> users(known.begin(), known.end());
    std::map<std::string, std::size_t> people;
    for (const auto& who : processor_.people(users)) ++people[canonical(who.email)];
    for (const auto& each : claims)
        if (people[canonical(each.address)] > 1) withhold(each, "the roster gives it to another person, too");
}

void addresses::withhold_what_listed_people_have(std::span<const claim> claims,
                                                 std::span<const std::optional<user_id>> owners) {
    std::map<user_id, std::string_view> accounts;
    std::vector<user_id> users;
    for (std::size_t index = 0; index < owners.size(); ++index) {
        if (!owners[index]) continue;
        accounts.emplace(*owners[index], list_[index].account);
        users.push_back(*owners[index]);
    }
    std::map<std::string, user_id> having;
    for (const auto& who : processor_.people(users)) having.emplace(canonical(who.email), who.user);
    for (const auto& each : claims) {
        const auto found = having.find(canonical(each.address));
        if (found == having.end() || found->second == each.user) continue;
        withhold(each, "it is that of " + std::string(accounts.at(found->second)));
    }
}

bool addresses::look_at_others(std::span<const claim> claims, std::span<const std::optional<user_id>> owners) {
    const auto own_account = remote_.own_account();  // no person's
    auto known = recall();
    memory of_list;
    std::vector<listed> news;
    for (std::size_t index = 0; index < list_.size(); ++index) {
        const auto& each = list_[index];
        if (owners[index] || each.is_just_made || each.account == own_account) continue;
        const auto before = known.find(each.account);
        if (before != known.end() && before->second.last_seen == each.last_seen)
            of_list.insert(*before);
        else
            news.push_back(each);
    }
    if (news.size() > claims.size()) return false;
    const bool all = look_at(news, of_list);
    if (!news.empty()) remember(of_list);
    if (!all) return false;
    std::map<std::uint64_t, std::string_view> having;
    for (const auto& [account, what] : of_list)
        for (const auto hash : what.addresses) having.emplace(hash, account);
    for (const auto& each : claims)
        if (const auto found = having.find(hash_of(canonical(each.address))); found != having.end())
            withhold(each, "it is that of " + std::string(found->second));
    return true;
}

bool addresses::look_at(std::span<const listed> accounts, memory& known) {
    std::vector<http_request> requests;
    for (const auto& each : accounts) requests.push_back(server_.look_request(each.account));
    bool all = true;
    send_all(
        processor_, requests,
        [&](std::size_t index, const http_response& answer) {
            if (is_not_found(answer)) return;
            try {
                if (!succeeded(answer)) throw refusal_of(answer, "look up an account");
                remembered what{accounts[index].last_seen, {}};
                for (const auto& each : shown_addresses(object_in(answer))) what.addresses.push_back(hash_of(each));
                known.insert_or_assign(accounts[index].account, std::move(what));
            } catch (const provider_error&) {  // that is about this one answer
                all = false;
            }
        },
        [&](std::size_t, const provider_error&) { all = false; });
    return all;
}

std::string addresses::owner_in(const http_response& answer) {
    if (!succeeded(answer)) return {};
    try {
        return text_in(object_in(answer), "user_id");
    } catch (const provider_error&) {  // no JSON
        return {};
    }
}

void addresses::ask_for_each(std::span<const claim> claims) {
    std::vector<http_request> requests;
    for (const auto& each : claims) requests.push_back(server_.address_request(canonical(each.address)));
    const std::string unclear = "the server does not say whose it is";
    send_all(
        processor_, requests,
        [&](std::size_t index, const http_response& answer) {
            if (is_not_found(answer)) return;
            const auto& one = claims[index];
            const auto owner = owner_in(answer);
            if (owner != one.account) withhold(one, owner.empty() ? unclear : "it is that of " + owner);
        },
        [&](std::size_t index, const provider_error&) { withhold(claims[index], unclear); });
}

addresses::memory addresses::recall() const {
    memory known;
    const auto stored = processor_.site_value(seen_key).value_or("");
    for (std::string_view text = stored; !text.empty();) {
        auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        const auto account = next_word(line);
        remembered what{number_in<std::int64_t>(next_word(line)), {}};
        while (!line.empty()) what.addresses.push_back(number_in<std::uint64_t>(next_word(line)));
        known.emplace(account, std::move(what));
    }
    return known;
}

void addresses::remember(const memory& known) {
    constexpr std::size_t most = 60'000;  // in bytes; processor::set_site_value takes 64 KiB
    std::string text;
    for (const auto& [account, what] : known) {
        auto line = account + " " + std::to_string(what.last_seen);
        for (const auto hash : what.addresses) line += " " + std::to_string(hash);
        if (text.size() + line.size() > most) break;
        text += line + "\n";
    }
    processor_.set_site_value(seen_key, text);
}

}  // namespace communication_matrix
