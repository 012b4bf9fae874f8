#include "people_pictures.hpp"

#include "answer.hpp"
#include "batch.hpp"
#include "picture_upload.hpp"

#include <core_communication/provider_error.hpp>

#include <optional>
#include <sstream>
#include <string_view>
#include <utility>

namespace communication_matrix {

using core_communication::failure;
using core_communication::http_request;
using core_communication::http_response;
using core_communication::log_level;
using core_communication::picture_note;
using core_communication::provider_error;
using core_communication::user_id;

namespace {

/// Stands behind digest and address of a picture that the account may not show yet, before the address of the one that it showed.
constexpr std::string_view begun = "begun";

}  // namespace

people_pictures::people_pictures(core_communication::processor& processor, client& server, const configuration& site)
    : processor_(processor), server_(server), site_(site),
      pictures_(dynamic_cast<core_communication::person_pictures*>(&processor)) {}

void people_pictures::look(std::span<const user_id> users) {
    known_.clear();
    if (pictures_ == nullptr) return;
    for (auto& each : pictures_->pictures(users)) known_.insert_or_assign(each.user, std::move(each));
}

void people_pictures::expect_new(std::span<const user_id> users) {
    std::vector<picture_note> notes;
    for (const auto user : users) {
        const auto known = known_.find(user);
        if (known == known_.end() || known->second.note.empty()) continue;
        auto sent = noted(known->second.note);
        sent.is_shown = false;
        known->second.note = text_of(sent);
        notes.push_back({user, known->second.note});
    }
    if (!notes.empty()) pictures_->note_pictures(notes);
}

bool people_pictures::is_due(user_id user) const {
    const auto known = known_.find(user);
    if (known == known_.end()) return false;
    const auto sent = noted(known->second.note);
    if (known->second.digest.empty()) return !known->second.note.empty();
    return !sent.is_shown || sent.digest != known->second.digest;
}

void people_pictures::bring(std::span<const pictured_account> accounts) {
    std::vector<user_id> users;
    for (const auto& each : accounts) users.push_back(each.user);
    look(users);  // again: another room's task may have brought one of them meanwhile
    std::vector<picture_note> notes;
    std::vector<change> changes;
    std::optional<provider_error> missing;
    for (const auto& each : accounts) {
        if (!is_due(each.user)) continue;
        const auto& wanted = known_.at(each.user);
        const auto sent = noted(wanted.note);
        const bool is_ours = sent.is_address(each.shown);
        if (wanted.digest.empty()) {
            if (is_ours)
                changes.push_back({&each, {}});
            else
                notes.push_back({each.user, ""});
            continue;
        }
        std::string address;
        try {
            address = sent.digest == wanted.digest ? sent.address : address_of(each, wanted.digest);
        } catch (const provider_error& failed) {
            missing = failed;
            continue;
        }
        if (address.empty()) continue;
        change made{&each, {wanted.digest, std::move(address), false, is_ours ? each.shown : ""}};
        made.to.is_shown = each.shown == made.to.address;
        notes.push_back({each.user, text_of(made.to)});
        if (!made.to.is_shown) changes.push_back(std::move(made));
    }
    // Before anything is shown: what is ours must be known as ours for ever.
    if (!notes.empty()) pictures_->note_pictures(notes);
    show(changes);
    if (missing) throw provider_error(*missing);
}

people_pictures::sent_picture people_pictures::noted(const std::string& note) {
    sent_picture found;
    std::string word;
    std::istringstream words(note);
    words >> found.digest >> found.address;
    found.is_shown = !(words >> word) || word != begun;
    words >> found.former;
    return found;
}

std::string people_pictures::text_of(const sent_picture& sent) {
    if (sent.digest.empty()) return "";
    auto text = sent.digest + " " + sent.address;
    if (!sent.is_shown) text.append(" ").append(begun).append(sent.former.empty() ? "" : " " + sent.former);
    return text;
}

std::string people_pictures::address_of(const pictured_account& account, const std::string& digest) {
    const auto [uploaded, is_first] = uploaded_.try_emplace(digest);
    if (!is_first) return uploaded->second;
    if (takes_none_) {
        uploaded_.erase(uploaded);
        throw provider_error(*takes_none_);
    }
    try {
        const auto picture = pictures_->read_picture(account.user);
        if (!picture) throw provider_error(failure::invalid, "the host has no picture of that digest");
        uploaded->second = put_on_server(processor_, server_, site_, *picture);
    } catch (const provider_error& refused) {
        if (concerns_all(refused)) {
            uploaded_.erase(uploaded);
            takes_none_ = refused;
            throw;
        }
        processor_.log().log(log_level::warning, account.account + " goes without its picture: " + refused.what());
    }
    return uploaded->second;
}

void people_pictures::show(std::span<const change> changes) {
    if (changes.empty()) return;
    std::vector<http_request> requests;
    for (const auto& each : changes) requests.push_back(server_.avatar_request(each.of->account, each.to.address));
    std::vector<picture_note> shown;
    const auto take_as_shown = [&](const change& each) {
        auto sent = each.to;
        sent.is_shown = true;
        shown.push_back({each.of->user, text_of(sent)});
    };
    const auto refuse = [&](std::size_t index, const provider_error& why) {
        processor_.log().log(log_level::warning,
                             changes[index].of->account + " keeps the picture that it shows: " + why.what());
    };
    const auto take = [&](std::size_t index, const http_response& answer) {
        if (succeeded(answer))
            take_as_shown(changes[index]);
        else
            refuse(index, refusal_of(answer, "change the picture of an account"));
    };
    try {
        send_all(processor_, requests, take, refuse);
    } catch (const provider_error&) {
        if (!shown.empty()) pictures_->note_pictures(shown);
        throw;
    }
    if (!shown.empty()) pictures_->note_pictures(shown);
}

}  // namespace communication_matrix
