#pragma once

#include "service/http_client.hpp"
#include "service/http_memory.hpp"
#include "service/http_schedule.hpp"
#include "service/http_transfer.hpp"

#include <core_communication/http_service.hpp>

#include <curl/curl.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

namespace commhost::service {

/// What happened to one request of a batch; for its caller, on the caller's thread. No exception is made before it gets
/// there: copies of one share their text.
struct http_event {
    enum class kind : std::uint8_t {
        answered,      ///< The end: response.
        failed,        ///< The end: failure, reason and, where the server asked for one, wait.
        tried_again,   ///< A try failed for that reason, and another one follows after the wait.
        told_to_wait,  ///< The server asked the account to wait that long; the request goes again afterwards.
    };
    bool is_last() const { return what == kind::answered || what == kind::failed; }

    kind what = kind::answered;
    std::size_t index = 0;
    int status = 0;  ///< 0: none came.
    http_transfer::cost cost;
    core_communication::http_response response;
    http_memory::share memory;  ///< What the response holds, until the caller asks for the next event.
    core_communication::failure failure{};
    std::string reason;
    std::chrono::milliseconds wait{0};
    std::optional<http_finding> news;  ///< Of the request's origin.
};

class http_batch;

/// The engine's thread. Everything that libcurl and the schedule hold belongs to it alone; what it shares with the
/// callers stands under one mutex: new batches, events and withdrawals; and the counters under another one.
class http_loop {
  public:
    http_loop(http_settings settings, http_clock& clock);
    ~http_loop();
    http_loop(const http_loop&) = delete;
    http_loop& operator=(const http_loop&) = delete;

    http_counters counters() const;
    http_counters take_counters();
    std::size_t takes_at_once() const { return takes_at_once_; }
    void wake();

  private:
    friend class http_batch;

    struct curl_multi_deleter {
        void operator()(CURLM* handle) const { ::curl_multi_cleanup(handle); }
    };
    struct curl_share_deleter {
        void operator()(CURLSH* handle) const { ::curl_share_cleanup(handle); }
    };

    void run();
    bool take_orders();
    void give_up_overdue();
    void begin(const http_job& job);
    bool collect();
    void end(std::unique_ptr<http_transfer> transfer, CURLcode code);
    void end_answered(http_transfer& transfer, const http_transfer::cost& cost);
    void end_told_to_wait(http_transfer& transfer, const http_transfer::cost& cost, std::chrono::milliseconds wait,
                          bool repeat);
    void end_failed(http_transfer& transfer, const http_transfer::cost& cost, int status, std::string reason,
                    bool repeat);
    void finish(const http_job& job, http_event event);
    void fail(const http_job& job, http_event event, core_communication::failure kind);
    void count(const http_transfer& transfer, const http_transfer::cost& cost, int status);
    void learn(http_transfer& transfer, const http_transfer::cost& cost, const http_transfer::end& ended);
    std::chrono::milliseconds pause_after(int tries);
    void pause_lane(const http_job& job, std::chrono::milliseconds wait);
    int milliseconds_to_sleep() const;

    void post(http_batch_id batch, http_event event);
    void deliver();
    void abort(http_batch_id batch);
    void release(http_batch& batch);

    const http_settings settings_;
    http_clock& clock_;
    std::unique_ptr<CURLSH, curl_share_deleter> shared_;
    std::unique_ptr<CURLM, curl_multi_deleter> multi_;
    http_memory memory_;

    // The engine's thread alone.
    http_schedule schedule_;
    std::unordered_map<http_transfer*, std::unique_ptr<http_transfer>> under_way_;
    std::vector<curl_easy> idle_handles_;
    std::map<http_batch_id, http_batch*> open_;
    std::vector<std::pair<http_batch_id, http_event>> outbox_;  ///< What is yet to be delivered.

    std::atomic<std::size_t> takes_at_once_ = 0;

    mutable std::mutex mutex_;
    bool stopping_ = false;
    std::uint64_t last_batch_ = 0;
    std::vector<http_batch*> submitted_;

    mutable std::mutex counters_mutex_;
    http_counters counters_;

    std::thread thread_;
};

/// The requests of one call of send or send_all, in the caller's hands for as long as the call lasts: the engine reads
/// them where they are. Made, asked and destroyed by one thread.
class http_batch {
  public:
    /// Hands the jobs to the engine, which begins none of them any more once stop is requested; requests are what their indexes
    /// refer to, and live longer.
    http_batch(http_loop& loop, std::span<const core_communication::http_request> requests, std::deque<http_job> jobs,
               service::stop stop);

    /// Withdraws what is left, and returns once the engine has let go of the requests.
    ~http_batch();
    http_batch(const http_batch&) = delete;
    http_batch& operator=(const http_batch&) = delete;

    /// Waits for the next event; false after the last request's outcome. Once stop is requested it gives what was
    /// answered by then, and throws task_cancelled if that was not all.
    bool next(http_event& event);

  private:
    friend class http_loop;

    http_loop& loop_;
    const std::span<const core_communication::http_request> requests_;
    const stop stop_;

    // Under the loop's mutex.
    http_batch_id id_{};
    std::deque<http_job> jobs_;  ///< Until the engine takes them.
    std::size_t unfinished_ = 0;
    std::size_t answers_ = 0;  ///< Last events of a request among the events.
    std::deque<http_event> events_;
    bool held_ = false;
    bool withdrawn_ = false;
    bool released_ = false;  ///< The engine knows it no more.
    std::condition_variable_any changed_;
};

}  // namespace commhost::service
