#pragma once

#include "communication/reconcile.hpp"
#include "communication/room_audit.hpp"
#include "service/http_client.hpp"
#include "service/secret_blanker.hpp"
#include "service/stop.hpp"
#include "task/task.hpp"
#include "worker/host.hpp"
#include "worker/provider_in_use.hpp"

#include <core_communication/room_chat_provider.hpp>

#include <optional>
#include <string>

namespace commhost::worker {

/// Carries out the tasks of one provider, about rooms, about people to be erased and about those who have left, and tells the queue how each ended. Any
/// thread.
class room_task {
  public:
    /// site: communication::site_id. All references outlive it.
    room_task(host& of, const provider_in_use& provider, service::http_engine& engine, std::string site);

    /// Blocks until the task is done, has failed or was stopped. A task that was stopped stays leased: whoever stopped it
    /// gives it back. Throws nothing but what the queue itself throws (STORE_...).
    void run(const task::leased_task& task, const service::stop& stop);

  private:
    void reconcile(const task::leased_task& task, communication::communication_id id, const service::stop& stop,
                   service::secret_blanker& blank);
    bool still_mine(const task::leased_task& task);
    /// An admin has switched all rooms off (task::every_queue).
    bool rooms_are_off();
    /// Of a room that is being deleted. rooms: null where the provider has none on its server.
    void purge(const task::leased_task& task, const communication::room& room,
               core_communication::room_chat_provider* rooms, const communication::room_audit& audit);
    void finish(const task::leased_task& task, const communication::room& room,
                const communication::reconcile_result& result, store::milliseconds_utc wanted_at);
    std::optional<store::milliseconds_utc> archive_at(store::connection& on, const communication::room& of);
    std::optional<store::milliseconds_utc> purge_at(store::connection& on, const communication::room& of,
                                                    store::milliseconds_utc now);
    void fail(const task::leased_task& task, communication::communication_id id, task::failure why);

    host& host_;
    const provider_in_use& provider_;
    service::http_engine& engine_;
    std::string site_;
    communication::reconciler reconciler_;
};

}  // namespace commhost::worker
