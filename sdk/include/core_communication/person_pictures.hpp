#pragma once

#include <core_communication/api.hpp>
#include <core_communication/identity.hpp>
#include <core_communication/processor.hpp>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace core_communication::inline v1 {

/// What is known of a person's picture. Since 1.1.
struct person_picture {
    user_id user{};      ///< As it was asked for.
    std::string digest;  ///< Of the picture that the roster has: as room_properties::avatar_digest; empty: none.
    /// What note_pictures was told last about the account that the person has at this provider; empty: nothing, or of another account.
    std::string note;
};

/// What is to be kept of the picture that a person's account shows. Since 1.1.
struct picture_note {
    user_id user{};  ///< Who has an account on record (processor::set_account).
    std::string
        note;  ///< UTF-8 without NUL, at most 1,000 bytes: such as the digest and the server's address of it. Empty: nothing.
};

/// The pictures of people, for a class that has user_provider: the processor that it is given with a room is one of these, too.
///
///     if (auto* pictures = dynamic_cast<core_communication::person_pictures*>(&processor)) ...
///
/// null says that the host is older than 1.1, and accounts go without. In create_members a picture counts as what people() gives: when the
/// roster has another one, or none any more, the host asks again for whoever has an account that this provider made. Threads and
/// lifetime as processor. Since 1.1.
class CORE_COMMUNICATION_API person_pictures {
  public:
    virtual ~person_pictures();

    /// Of each of these people, in the order asked; who has no picture and no note comes with empty text. [provider thread]
    virtual std::vector<person_picture> pictures(std::span<const user_id> users) const = 0;

    /// The person's picture, of the digest that pictures() gave last; empty where there is none, or it is gone meanwhile: the
    /// host asks again then. Read when it is asked for. Ask one after the other: each may have a megabyte. [provider thread]
    virtual std::optional<picture> read_picture(user_id user) const = 0;

    /// Stores notes in place of those that were there, before it returns. A note goes with the account: it is gone when the person gets
    /// another one, and erased with it. Of somebody without an account on record nothing is stored. Throws provider_error (invalid) for
    /// a note that is too long or no text, and then stores none of them. [provider thread]
    virtual void note_pictures(std::span<const picture_note> notes) = 0;

  protected:
    person_pictures() = default;
};

}  // namespace core_communication::inline v1
