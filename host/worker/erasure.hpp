#pragma once

#include "service/http_client.hpp"
#include "service/stop.hpp"
#include "task/task.hpp"
#include "worker/host.hpp"
#include "worker/provider_in_use.hpp"

namespace commhost::worker {

/// Carries out a task of communication::erase_kind: has the provider erase what its server holds about a person, where it can
/// (privacy_provider), forgets the account, and tells the queue how it ended. One that is still under way is asked again
/// later. Any thread. Throws nothing but what the queue itself throws (STORE_...).
void erase_person(host& of, const provider_in_use& provider, service::http_engine& engine,
                  const task::leased_task& task, const service::stop& stop);

}  // namespace commhost::worker
