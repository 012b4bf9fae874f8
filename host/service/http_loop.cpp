#include "service/http_loop.hpp"

#include "message/error.hpp"
#include "service/codes.hpp"
#include "service/http_answer.hpp"
#include "service/http_kind.hpp"
#include "service/http_limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <stdexcept>
#include <utility>

namespace commhost::service {

namespace {

using core_communication::failure;
using std::chrono::milliseconds;

[[noreturn]] void cannot_start(const std::string& reason) {
    throw message::error(SERVICE_HTTP_START, {{"reason", reason}});
}

void start_curl() {
    static const CURLcode started = ::curl_global_init(CURL_GLOBAL_DEFAULT);
    if (started != CURLE_OK) cannot_start(::curl_easy_strerror(started));
}

/// wait, lengthened by up to a tenth, so that several hosts told to wait do not come back at the same moment.
milliseconds jittered(milliseconds wait, double jitter) {
    return wait + milliseconds(static_cast<milliseconds::rep>(static_cast<double>(wait.count()) * jitter / 10));
}

}  // namespace

http_loop::http_loop(http_settings settings, http_clock& clock)
    : settings_(std::move(settings)), clock_(clock),
      memory_(settings_.answers_enough, settings_.answers_most, [this] { wake(); }), schedule_(limits_for(settings_)) {
    start_curl();
    shared_.reset(::curl_share_init());
    multi_.reset(::curl_multi_init());
    if (!shared_ || !multi_) cannot_start("out of memory");
    // Each handle would keep TLS sessions of its own otherwise. One thread uses them all: no locks.
    if (::curl_share_setopt(shared_.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION) != CURLSHE_OK)
        cannot_start("libcurl does not share TLS sessions");
    // By default libcurl keeps fewer connections when fewer requests are under way, and opens them anew later.
    constexpr long connections_kept = 64;
    if (::curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, connections_kept) != CURLM_OK)
        cannot_start("libcurl takes no limit of its connections");

    // A new thread inherits the mask: signals are for the program's other threads, and SIGPIPE of a lost TLS connection
    // for none.
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    try {
        thread_ = std::thread([this] { run(); });
    } catch (const std::system_error& failed) {
        ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
        cannot_start(failed.what());
    }
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

http_loop::~http_loop() {
    {
        const std::scoped_lock locked(mutex_);
        stopping_ = true;
    }
    wake();
    thread_.join();
}

http_counters http_loop::counters() const {
    const std::scoped_lock locked(counters_mutex_);
    return counters_;
}

http_counters http_loop::take_counters() {
    const std::scoped_lock locked(counters_mutex_);
    return std::exchange(counters_, {});
}

void http_loop::wake() { ::curl_multi_wakeup(multi_.get()); }

void http_loop::run() {
    while (take_orders()) {
        give_up_overdue();
        while (!memory_.is_enough()) {
            const auto job = schedule_.start(clock_.now());
            if (!job) break;
            begin(*job);
        }
        int running = 0;
        ::curl_multi_perform(multi_.get(), &running);
        const bool any = collect();
        deliver();
        if (!any) ::curl_multi_poll(multi_.get(), nullptr, 0, milliseconds_to_sleep(), nullptr);
    }
}

/// Takes in what callers asked for since the last time. False when the loop is to end.
bool http_loop::take_orders() {
    std::vector<http_batch_id> withdrawn;
    {
        const std::scoped_lock locked(mutex_);
        if (stopping_) return false;
        for (auto* batch : submitted_) {
            open_.emplace(batch->id_, batch);
            schedule_.open(batch->id_, std::exchange(batch->jobs_, {}), clock_.now());
        }
        submitted_.clear();
        for (const auto& [id, batch] : open_) {
            if (batch->withdrawn_) withdrawn.push_back(id);
            // A caller that works on an answer is no reason to be idle; one that falls behind is, for answers are
            // large.
            batch->held_ = batch->answers_ > settings_.requests_per_batch;
            schedule_.hold(id, batch->held_);
        }
    }
    // Nobody may have come to say so yet: where the whole process stood still this thread may be the first to go on.
    for (const auto& [id, batch] : open_) {
        if (batch->stop_.requested() && std::find(withdrawn.begin(), withdrawn.end(), id) == withdrawn.end())
            withdrawn.push_back(id);
    }
    for (const auto id : withdrawn) abort(id);
    return true;
}

void http_loop::abort(http_batch_id batch) {
    schedule_.close(batch);
    for (auto at = under_way_.begin(); at != under_way_.end();) {
        auto& transfer = *at->second;
        if (transfer.job().batch != batch) {
            ++at;
            continue;
        }
        ::curl_multi_remove_handle(multi_.get(), transfer.handle());
        schedule_.ended(transfer.job(), clock_.now());
        // The handle is not used again: what it was in the middle of goes with it.
        at = under_way_.erase(at);
    }
    const std::scoped_lock locked(mutex_);
    release(*open_.at(batch));
}

/// The mutex is held, and stays so until the caller is told: after that the batch may be gone.
void http_loop::release(http_batch& batch) {
    open_.erase(batch.id_);
    batch.released_ = true;
    batch.changed_.notify_all();
}

void http_loop::give_up_overdue() {
    const auto now = clock_.now();
    for (const auto& [job, until] : schedule_.take_overdue(now)) {
        http_event event;
        event.what = http_event::kind::failed;
        event.index = job.index;
        event.failure = failure::rate_limited;
        event.wait = std::chrono::ceil<milliseconds>(until - now);
        event.reason = fmt::format("the server asked this account to wait, for {} ms still", event.wait.count());
        post(job.batch, std::move(event));
    }
}

void http_loop::begin(const http_job& job) {
    const auto& request = open_.at(job.batch)->requests_[job.index];
    curl_easy handle;
    if (idle_handles_.empty()) {
        handle.reset(::curl_easy_init());
    } else {
        handle = std::move(idle_handles_.back());
        idle_handles_.pop_back();
    }
    try {
        if (!handle) throw std::bad_alloc();
        auto transfer =
            std::make_unique<http_transfer>(job, request, settings_, shared_.get(), memory_, std::move(handle));
        if (::curl_multi_add_handle(multi_.get(), transfer->handle()) != CURLM_OK) throw std::bad_alloc();
        auto* const address = transfer.get();
        under_way_.emplace(address, std::move(transfer));
        const std::scoped_lock locked(counters_mutex_);
        counters_.most_at_once = std::max<std::uint64_t>(counters_.most_at_once, under_way_.size());
    } catch (const std::exception& failed) {
        // One request that cannot be set up must not end the thread that all others depend on.
        http_event event;
        event.reason = failed.what();
        fail(job, std::move(event), failure::unavailable);
    }
}

/// Ends the transfers that libcurl is done with; returns whether there were any.
bool http_loop::collect() {
    bool any = false;
    int left = 0;
    while (const auto* message = ::curl_multi_info_read(multi_.get(), &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        any = true;
        const auto code = message->data.result;
        void* address = nullptr;
        ::curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &address);
        ::curl_multi_remove_handle(multi_.get(), message->easy_handle);
        auto node = under_way_.extract(static_cast<http_transfer*>(address));
        end(std::move(node.mapped()), code);
    }
    return any;
}

void http_loop::end(std::unique_ptr<http_transfer> transfer, CURLcode code) {
    const auto cost = transfer->costs();
    auto& job = transfer->job();
    const auto& request = transfer->request();
    const auto ended = transfer->ended(code);
    const int status = transfer->response().status;
    count(*transfer, cost, status);
    learn(*transfer, cost, ended);

    if (ended.what == http_transfer::end::kind::answered) {
        const bool not_ready = status == 502 || status == 503 || status == 504;
        constexpr milliseconds none{0};
        auto wait = none;
        if (status == 429 || status == 503) wait = wait_asked_for(transfer->response(), clock_.date()).value_or(none);
        if (status == 429 && wait == none) wait = pause_after(job.waits + 1);
        if (wait > none) {
            pause_lane(job, wait);
        } else if (!not_ready) {
            schedule_.passed(job);
        }
        if (status == 429 || (wait > none && !may_repeat(request))) {
            // Of a server that has come to its limit nothing was done (RFC 6585, section 4); one that is not ready may have begun.
            end_told_to_wait(*transfer, cost, wait,
                             status == 429 ? request.repeatable.value_or(true) : may_repeat(request));
        } else if (not_ready) {
            end_failed(*transfer, cost, status, fmt::format("the server answered {}", status), may_repeat(request));
        } else {
            end_answered(*transfer, cost);
        }
    } else if (ended.what == http_transfer::end::kind::refused) {
        http_event event;
        event.cost = cost;
        event.status = status;
        event.reason = ended.reason;
        fail(job, std::move(event), failure::invalid);
    } else {
        end_failed(*transfer, cost, 0, ended.reason, !ended.hopeless && (ended.never_sent || may_repeat(request)));
    }

    constexpr std::size_t handles_kept = 64;
    if (idle_handles_.size() < handles_kept) idle_handles_.push_back(transfer->release_handle());
}

void http_loop::end_answered(http_transfer& transfer, const http_transfer::cost& cost) {
    http_event event;
    event.cost = cost;
    event.status = transfer.response().status;
    event.response = std::move(transfer.response());
    event.memory = transfer.release_memory();
    finish(transfer.job(), std::move(event));
}

void http_loop::end_told_to_wait(http_transfer& transfer, const http_transfer::cost& cost, milliseconds wait,
                                 bool repeat) {
    auto& job = transfer.job();
    http_event event;
    event.cost = cost;
    event.status = transfer.response().status;
    event.wait = wait;
    if (!repeat || schedule_.is_too_long(job)) {
        event.reason = fmt::format("the server asked to wait for {} ms", wait.count());
        fail(job, std::move(event), failure::rate_limited);
        return;
    }
    ++job.waits;
    event.what = http_event::kind::told_to_wait;
    event.index = job.index;
    schedule_.ended_to_go_again(job, clock_.now());
    post(job.batch, std::move(event));
}

void http_loop::end_failed(http_transfer& transfer, const http_transfer::cost& cost, int status, std::string reason,
                           bool repeat) {
    auto& job = transfer.job();
    ++job.tries;
    http_event event;
    event.cost = cost;
    event.status = status;
    event.reason = std::move(reason);
    if (!repeat || job.tries >= settings_.tries) {
        fail(job, std::move(event), failure::unavailable);
        return;
    }
    event.what = http_event::kind::tried_again;
    event.index = job.index;
    event.wait = pause_after(job.tries);
    job.not_before = clock_.now() + event.wait;
    schedule_.ended_to_go_again(job, clock_.now());
    post(job.batch, std::move(event));
}

/// Back-off: doubled with each try and lengthened by up to as much again, so that retries of many rooms spread.
milliseconds http_loop::pause_after(int tries) {
    constexpr int most_doublings = 10;
    const auto pause = settings_.first_pause * (1 << std::min(tries - 1, most_doublings));
    return pause + milliseconds(static_cast<milliseconds::rep>(static_cast<double>(pause.count()) * clock_.jitter()));
}

void http_loop::pause_lane(const http_job& job, milliseconds wait) {
    const auto now = clock_.now();
    const auto longer = schedule_.pause(job.lane, now, now + jittered(wait, clock_.jitter()));
    const std::scoped_lock locked(counters_mutex_);
    if (longer.is_new) ++counters_.waits;
    counters_.waited += std::chrono::duration_cast<milliseconds>(longer.by);
}

/// What the end of a try says of how much the origin takes.
void http_loop::learn(http_transfer& transfer, const http_transfer::cost& cost, const http_transfer::end& ended) {
    const auto& job = transfer.job();
    const auto& response = transfer.response();
    const auto now = clock_.now();
    const bool too_much =
        response.status == 429 || response.status == 502 || response.status == 503 || response.status == 504;
    bool shrunk = false;
    if (too_much || ended.late)
        shrunk = schedule_.refused(job, now);
    else if (ended.what == http_transfer::end::kind::answered)
        schedule_.answered(job, kind_of_answer(job.kind, response.status, response.body.size()), cost.latency, now);
    else
        return;
    takes_at_once_ = schedule_.takes_at_once();
    if (!shrunk) return;
    const std::scoped_lock locked(counters_mutex_);
    ++counters_.limit_cuts;
}

void http_loop::finish(const http_job& job, http_event event) {
    const auto now = clock_.now();
    event.news = schedule_.take_news(job.origin, now);
    schedule_.ended(job, now);
    event.index = job.index;
    post(job.batch, std::move(event));
}

void http_loop::fail(const http_job& job, http_event event, core_communication::failure kind) {
    event.what = http_event::kind::failed;
    event.failure = kind;
    finish(job, std::move(event));
}

void http_loop::post(http_batch_id batch, http_event event) { outbox_.emplace_back(batch, std::move(event)); }

/// To the callers, all at once: each that is woken wants the mutex. Whose batch goes on is told without it, since it stays until this thread
/// lets go of it.
void http_loop::deliver() {
    if (outbox_.empty()) return;
    std::vector<http_batch*> told;
    {
        const std::scoped_lock locked(mutex_);
        for (auto& [id, event] : outbox_) {
            auto& batch = *open_.at(id);
            const bool last = event.is_last();
            batch.events_.push_back(std::move(event));
            if (last) ++batch.answers_;
            if (last && --batch.unfinished_ == 0) {
                std::erase(told, &batch);
                release(batch);
            } else if (std::find(told.begin(), told.end(), &batch) == told.end()) {
                told.push_back(&batch);
            }
        }
    }
    outbox_.clear();
    for (auto* each : told) each->changed_.notify_all();
}

void http_loop::count(const http_transfer& transfer, const http_transfer::cost& cost, int status) {
    const std::scoped_lock locked(counters_mutex_);
    auto& of_method = counters_.requests.at(static_cast<std::size_t>(transfer.request().method));
    const auto status_class = static_cast<std::size_t>(status / 100);
    ++of_method.at(status_class < of_method.size() ? status_class : 0);
    counters_.bytes_sent += cost.bytes_sent;
    counters_.bytes_received += cost.bytes_received;
    counters_.connections_opened += cost.connections_opened;
    if (transfer.is_repeated()) ++counters_.retries;
}

int http_loop::milliseconds_to_sleep() const {
    // Nothing is due: only a call or libcurl itself has a reason to wake the loop.
    constexpr int long_enough = 60'000;
    const auto now = clock_.now();
    const auto due = schedule_.next_due(now);
    if (!due) return long_enough;
    const auto left = std::chrono::ceil<milliseconds>(*due - now).count();
    return static_cast<int>(std::clamp<milliseconds::rep>(left, 1, long_enough));
}

}  // namespace commhost::service
