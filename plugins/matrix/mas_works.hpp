#pragma once

#include "account_maker.hpp"

#include <core_communication/http_service.hpp>
#include <core_communication/provider_error.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace communication_matrix {

/// Why somebody is not done, or nothing.
using refusal = std::optional<core_communication::provider_error>;

template <class Work>
using answer_taker =
    std::type_identity_t<std::function<refusal(Work& of, const core_communication::http_response& answer)>>;

/// As send_all of a batch: to the homeserver, or to Matrix Authentication Service.
using batch_sender = std::function<void(
    std::span<const core_communication::http_request> requests,
    const std::function<void(std::size_t index, const core_communication::http_response&)>& on_answer,
    const std::function<void(std::size_t index, const core_communication::provider_error&)>& on_error)>;

/// To the homeserver.
batch_sender sender_to(core_communication::processor& processor);

/// Sends a request for each; whoever is refused, by take or on the way, is done with that and taken out of the list. A Work has the index of
/// its order.
template <class Work>
void send_for_works(const batch_sender& send, std::vector<Work>& list,
                    const std::vector<core_communication::http_request>& requests, const account_maker::on_done& done,
                    const answer_taker<Work>& take) {
    using core_communication::provider_error;
    std::set<std::size_t> out;
    std::optional<provider_error> for_all;
    const auto refuse = [&](std::size_t at, const provider_error& why) {
        if (why.kind() == core_communication::failure::unauthorised) {  // our client's trouble, and nobody's
            if (!for_all) for_all = why;
            return;
        }
        out.insert(at);
        done(list[at].index, why);
    };
    const auto on_answer = [&](std::size_t at, const core_communication::http_response& answer) {
        try {
            if (const auto why = take(list[at], answer)) refuse(at, *why);
        } catch (const provider_error& senseless) {  // that is about this one answer
            refuse(at, senseless);
        }
    };
    try {
        send(requests, on_answer, refuse);
    } catch (const provider_error& failed) {
        for_all = failed;
    }
    if (for_all) throw provider_error(*for_all);
    std::vector<Work> left;
    for (std::size_t at = 0; at < list.size(); ++at)
        if (!out.contains(at)) left.push_back(std::move(list[at]));
    list = std::move(left);
}

}  // namespace communication_matrix
