#pragma once

#include "client.hpp"
#include "configuration.hpp"

#include <core_communication/person_pictures.hpp>
#include <core_communication/processor.hpp>
#include <core_communication/provider_error.hpp>

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace communication_matrix {

/// An account that we made, as the homeserver tells it.
struct pictured_account {
    core_communication::user_id user{};
    std::string account;
    std::string shown;  ///< The mxc:// address of the picture that it shows; empty: none.
};

/// The pictures of people. One is sent when it is another than the one that was sent last, in place of whatever the account shows; it is
/// taken away when the roster has none any more, and the account shows the one that was sent.
class people_pictures {
  public:
    /// All must live longer.
    people_pictures(core_communication::processor& processor, client& server, const configuration& site);

    /// Reads what is wanted of these people, and what was sent. Sends nothing. None is due where the host has no pictures.
    void look(std::span<const core_communication::user_id> users);

    /// Notes, before their accounts are made (again), that those show nothing yet.
    void expect_new(std::span<const core_communication::user_id> users);

    /// Whether there is something to be done for the account of one of them.
    bool is_due(core_communication::user_id user) const;

    /// Does it, after looking again. What concerns all is thrown (concerns_all) when the others are done; whose picture the server does not
    /// take goes without, and the log says so. Killed anywhere, the next call goes on with what was uploaded.
    void bring(std::span<const pictured_account> accounts);

  private:
    /// What is noted of a picture (person_pictures::note_pictures).
    struct sent_picture {
        std::string digest;
        std::string address;    ///< mxc://
        bool is_shown = false;  ///< The server has said that the account shows it.
        std::string former{};   ///< Until then: another one of ours that the account showed.

        bool is_address(std::string_view shown) const {
            return !shown.empty() && (shown == address || shown == former);
        }
    };
    /// An account that is to show another picture, or none.
    struct change {
        const pictured_account* of = nullptr;
        sent_picture to;
    };

    static sent_picture noted(const std::string& note);
    static std::string text_of(const sent_picture& sent);

    /// The address of the picture that the person is to have; uploads it where nobody has. Empty where it cannot be had.
    std::string address_of(const pictured_account& account, const std::string& digest);
    void show(std::span<const change> changes);

    core_communication::processor& processor_;
    client& server_;
    const configuration& site_;
    core_communication::person_pictures* pictures_;
    std::map<core_communication::user_id, core_communication::person_picture> known_;
    std::map<std::string, std::string> uploaded_;  ///< Addresses by digest, of this object.
    /// Why the server takes no upload for now: none is tried again by this object.
    std::optional<core_communication::provider_error> takes_none_;
};

}  // namespace communication_matrix
