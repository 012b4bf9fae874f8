#pragma once

#include "service/http_client.hpp"
#include "service/stop.hpp"
#include "task/task.hpp"
#include "worker/host.hpp"
#include "worker/provider_in_use.hpp"

#include <functional>

namespace commhost::worker {

/// Carries out a task of communication::leavers_kind: has the provider (account_standing_provider) close the accounts of people who have
/// left and open those of people who are back, portion by portion, keeps what became of each with a row of the audit, and tells the
/// queue how it ended. Who is back goes first, and whom an earlier run could not do last; whom it could not do is asked about again, and
/// the others all the same now. Within a pause of the calendar nobody's account is closed; the rest waits for its end. A provider that cannot do it has nothing to do. may_go_on: asked between portions.
/// Any thread. Throws nothing but what the queue and the database throw (STORE_...).
void see_to_leavers(host& of, const provider_in_use& provider, service::http_engine& engine,
                    const task::leased_task& task, const service::stop& stop, const std::function<bool()>& may_go_on);

}  // namespace commhost::worker
