#pragma once

#include "communication/person_record.hpp"
#include "plugin/plugin_entry.hpp"
#include "service/http_client.hpp"
#include "service/stop.hpp"
#include "task/task.hpp"
#include "worker/host.hpp"
#include "worker/provider_in_use.hpp"

namespace commhost::worker {

/// Whether a provider is to erase an account: it can (privacy_provider), and has made it. What somebody else has made is theirs, and
/// may serve for more than our rooms.
bool is_erased_by(const plugin::plugin_entry& entry, const communication::account_at& account);

/// Carries out a task of communication::erase_kind: has the provider erase what its server holds about a person (is_erased_by), at
/// each account that the person has or had there, forgets them, and tells the queue how it ended. An account that is left on its
/// server, because commhost did not make it or it is refused for good, is named in the audit (communication::left_on_server). One
/// that is still under way, or has failed, is asked for again later, and the others all the same now. Whether an account may
/// go (communication::account_to_erase) is asked of each before it is its turn and before it is forgotten. Any thread. Throws nothing but what the queue and the database
/// throw (STORE_...).
void erase_person(host& of, const provider_in_use& provider, service::http_engine& engine,
                  const task::leased_task& task, const service::stop& stop);

}  // namespace commhost::worker
