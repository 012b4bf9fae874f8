#include "communication/room_adoption.hpp"

#include "communication/api.hpp"
#include "communication/codes.hpp"
#include "message/error.hpp"
#include "task/queue.hpp"
#include "text/utf8.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace commhost::communication {

namespace {

void enqueue(store::connection& on, const room& which, store::milliseconds_utc now) {
    const std::array tasks{reconcile_task({which.id, which.provider}, task::lane::interactive)};
    task::queue::enqueue(on, tasks, now);
}

void refuse_what_is_taken(store::connection& on, const room& which, std::string_view address) {
    const auto found = on.scalar<directory::instance_id>(
        "select instance_id from communication where provider = :provider and id <> :id "
        "and (adopt_address = :address or url = :address) order by id",
        {{"provider", which.provider}, {"id", which.id}, {"address", address}});
    if (!found) return;
    const auto other = directory::find_instance(on, *found);
    throw message::error(ROOM_ADOPT_TAKEN, {{"address", std::string(address)},
                                            {"provider", which.provider},
                                            {"instance", other ? directory::name_of(other->key) : std::string("-")}});
}

}  // namespace

bool is_room_address(std::string_view address) {
    return !address.empty() && address.size() <= longest_room_address &&
           text::end_of_valid_utf8(address) == address.size() &&
           std::none_of(address.begin(), address.end(), [](unsigned char each) { return each <= ' ' || each == 0x7F; });
}

void ask_adoption(store::connection& on, const room& which, std::string_view address, store::milliseconds_utc now) {
    if (which.created) throw message::error(ROOM_ADOPT_CREATED, {{"room", to_string(which.id)}});
    if (which.status == room_status::deleting) throw message::error(ROOM_DELETING, {{"room", to_string(which.id)}});
    refuse_what_is_taken(on, which, address);
    on.execute("update communication set adopt_address = :address, last_error = null, "
               "status = case when status = 'failed' then 'pending' else status end where id = :id",
               {{"address", address}, {"id", which.id}});
    enqueue(on, which, now);
}

bool drop_adoption(store::connection& on, const room& which, store::milliseconds_utc now) {
    const auto dropped = on.execute("update communication set adopt_address = null, last_error = null, "
                                    "status = case when status = 'failed' then 'pending' else status end "
                                    "where id = :id and adopt_address is not null and adopted = 0",
                                    {{"id", which.id}});
    if (dropped == 0) return false;
    enqueue(on, which, now);
    return true;
}

void set_adopted(store::connection& on, communication_id id, std::string_view address) {
    on.execute("update communication set created = 1, adopted = case when adopt_address = :address then 1 else 0 end "
               "where id = :id",
               {{"address", address}, {"id", id}});
}

bool is_to_adopt(const room& which) { return which.adopt_address && !which.adopted; }

}  // namespace commhost::communication
