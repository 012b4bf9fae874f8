#pragma once

#include "communication/policy.hpp"
#include "communication/processor.hpp"
#include "communication/room.hpp"
#include "directory/instance.hpp"
#include "store/clock.hpp"
#include "store/connection.hpp"

#include <core_communication/member.hpp>
#include <core_communication/room_archive_provider.hpp>

#include <optional>
#include <string>
#include <vector>

namespace commhost::communication {

/// In all of these the instance is as effective_instance (api.hpp) has it.

/// When the room is to be archived, because its instance is deleted and that is what becomes of it (policy::ended). Empty: it is
/// not, or it is so already.
std::optional<store::milliseconds_utc> archive_at(const room& of, const directory::instance& instance,
                                                  const policy& rules);

/// Says that the room is archived from now on, and queues the task that makes it so. Returns false, and does nothing, for one that
/// is active, frozen, archived, on its way out or not on the server.
bool begin_archive(store::connection& on, const room& which, store::milliseconds_utc now);

/// What the room is to be called: as its instance, and by policy::archived_name while it is archived and its instance is not back.
std::string name_to_show(const room& of, const directory::instance& instance, const policy& rules);

/// What holds for a pass over the room: its rules (rules_for), but that nobody becomes a member of what is closed, and that those
/// who are in an ended room whose people are kept neither have to be its members nor are brought back.
policy rules_of_pass(store::connection& on, const room& of, const directory::instance& instance, policy configured);

/// Who stays in a room that is not active or whose instance is deleted: nobody, but where the people of an ended one are kept. Then
/// those whom the last pass found wanted and in the room, by user id, unless they have since been suspended or deleted.
std::vector<core_communication::member> people_kept(store::connection& on, const room& of,
                                                    const directory::instance& instance, const policy& configured);

/// After a pass: closes an archived room on its server, or opens it again where its instance is back, and notes it. One whose
/// provider cannot do that has been renamed by the pass, and says so (ROOM_ARCHIVE_OPEN) in the room's last error.
/// One that has been frozen, is to be deleted or is to be otherwise than when the pass read it (of) is left alone.
/// provider: null where the plugin has no such interface. Returns false where the server needs more time. Throws provider_error.
bool follow_archive(const room& of, core_communication::room_archive_provider* provider, room_processor& processor,
                    const store::clock& clock);

}  // namespace commhost::communication
