#include "worker/validator/server_leavers.hpp"

#include "communication/leavers.hpp"
#include "worker/validator/judgement.hpp"
#include "worker/validator/people.hpp"
#include "worker/validator/server_room.hpp"

#include <array>
#include <optional>
#include <string>

namespace commhost::worker::validator {

void examine_server_leavers(stage& on, verdict& found) {
    if (!can(on, plugin::capability::account_standing_provider, found)) return;
    server_room made(on);
    if (!made.make(found)) return;
    const std::array leaver{everybody[1]};
    const auto account = made.accounts().at(1);
    server_room room(on, std::nullopt);
    if (account)
        room.room().room().strict_processor::memory::set_account(leaver[0], *account,
                                                                 core_communication::account_origin::made);
    const auto become = [&](bool has_left, const std::string& applied) {
        room.room().set_standing(has_left, applied);
        return room.step(method::update_accounts, found, leaver);
    };
    if (!become(false, "")) return;
    expect_no_write(room.last(), found);
    const auto word = room.last().for_leavers.value_or("");
    if (word == communication::left_alone) {
        found.skip("validate_leavers_left_alone");
        return;
    }
    const bool is_closed = become(true, "");
    const auto writes = room.last().writes();
    if (is_closed && become(true, word)) expect_no_write(room.last(), found);
    // Whatever went wrong before: it is the account of the next validation, too.
    if (!become(false, word)) return;
    if (writes > 0 && room.last().writes() == 0) found.fail("validate_not_reopened");
    if (become(false, "")) expect_no_write(room.last(), found);
    const auto before = made.accounts();
    if (made.step(method::create_members, found, leaver) && made.accounts() != before)
        found.fail("validate_accounts_differ");
}

}  // namespace commhost::worker::validator
