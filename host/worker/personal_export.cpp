#include "worker/personal_export.hpp"

#include "message/error.hpp"
#include "worker/inquiry.hpp"

#include <utility>

namespace commhost::worker {

personal_data export_personal_data(host& of, const plugin::plugin_entry& entry, core_communication::user_id person,
                                   const std::string& account, const child_limits& limits,
                                   const std::filesystem::path& program) {
    try {
        auto report = inquire(of, entry, {.about = inquiry_order::account_of_person{person, account}, .repairs = {}},
                              limits, program);
        return {std::move(report.records), std::move(report.error)};
    } catch (const message::error& failed) {
        return {{}, failed.text()};
    }
}

}  // namespace commhost::worker
