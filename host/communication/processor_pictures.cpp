#include "communication/accounts.hpp"
#include "communication/processor.hpp"
#include "directory/picture.hpp"
#include "directory/user.hpp"
#include "message/catalogue.hpp"
#include "text/utf8.hpp"

#include <utility>

// What room_processor has of core_communication::person_pictures.
namespace commhost::communication {

using core_communication::failure;
using core_communication::person_picture;
using core_communication::picture_note;
using core_communication::provider_error;
using core_communication::user_id;

namespace {

/// In bytes, as the SDK says.
constexpr std::size_t longest_note = 1000;

}  // namespace

std::vector<person_picture> room_processor::pictures(std::span<const user_id> users) const {
    const auto on = database_.borrow();
    auto digests = directory::picture_digests(*on, users);
    auto notes = picture_notes_of(*on, provider_, users);
    std::vector<person_picture> found;
    found.reserve(users.size());
    for (const auto user : users) {
        given_digests_.insert_or_assign(user, digests[user]);
        found.push_back({user, std::move(digests[user]), std::move(notes[user])});
    }
    return found;
}

std::optional<core_communication::picture> room_processor::read_picture(user_id user) const {
    // Of that digest alone: the person may have another one by now, and who has the same digest would be shown that.
    const auto given = given_digests_.find(user);
    const auto digest = given == given_digests_.end() ? pictures(std::span(&user, 1)).front().digest : given->second;
    auto found = directory::find_picture(*database_.borrow(), digest);
    return found ? std::optional(std::move(found->content)) : std::nullopt;
}

void room_processor::note_pictures(std::span<const picture_note> notes) {
    for (const auto& each : notes)
        if (each.note.size() > longest_note || text::end_of_valid_utf8(each.note) != each.note.size())
            throw provider_error(failure::invalid, message::phrase("reason_picture_note"));
    // Whom they are about may have got the account just now.
    flush();
    database_.transact([&](store::connection& on) { record_picture_notes(on, provider_, notes); });
}

}  // namespace commhost::communication
