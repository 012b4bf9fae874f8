#pragma once

#include "service/http_clock.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace commhost::service {

/// What one answer tells of how much its server takes.
struct http_sample {
    std::uint64_t kind = 0;  ///< Requests of one kind take about as long on an idle server (http_kind.hpp).
    std::chrono::microseconds latency{};  ///< From the request's last byte to the answer's first.
    double under_way = 0;  ///< How many the limit counted while it was under way, on average, itself among them.
    http_clock::time_point sent{};
};

struct http_limit_rule {
    std::size_t start = 8;  ///< Between least and most. A limit whose least and most are the same stays.
    std::size_t least = 1;
    std::size_t most = 64;

    /// How many answers a measurement has. Latencies scatter by a third or so: 32 against 32 answers tell a doubling that
    /// pays (no latency more) from one that does not (twice the latency) by some eight standard errors, and half as many do
    /// not tell a step by one half.
    std::size_t samples = 32;

    /// What a larger limit has to bring: this share of what it would bring on a server that did not feel it. A tenth, since
    /// an own queue at the server costs nobody but the others who use it.
    double worth = 0.1;

    /// In measurements, the longest time between two tries. A try costs at most what its limit is worse by, in one
    /// measurement of at least this many and one: with 32 and a limit that is a third worse, one per cent.
    std::size_t longest_rest = 32;
};

/// How many requests may be under way at once, found by trying: one climbs the hill of the throughput, as the thread pool of .NET
/// does (Hellerstein, Morrison, Eilebrecht, "Optimizing concurrency levels in the .NET ThreadPool", 2008), with what a single
/// client sees. Computes only; time is handed in. One thread.
///
/// The rule. While as many are under way as may, answers are gathered to a measurement: of each kind the mean of the logarithms
/// of the latencies. Then another limit is tried for one measurement, and the two are compared kind by kind, in which they have
/// as many answers in common. By Little's law throughput is what is under way divided by latency; so with n the ratio of what was
/// under way and l that of the latencies, 1 - log l / log n is what the step has brought: 1 where the server did not feel it,
/// 0 where requests only wait longer, less where it works more slowly for it. Above `worth` the larger limit is taken, else the
/// smaller one, and after a step that was taken the next one follows at once in the same direction. After one that was not, the
/// other direction is next, and the time between tries doubles up to `longest_rest`. Steps are doublings at first and where
/// latency has changed by more than a half, which lets a try begin at once, and by one half otherwise.
///
/// A refusal (429, 502, 503, 504, no answer in time) halves the limit at once; one that was sent before that does not count again.
///
/// How many are under way with a request is counted over its time, not when it is sent: answers that come together, and requests that follow
/// them together, are many at once and not one after the other.
///
/// Answers to requests that were under way with fewer than may be count for nothing, so a limit that is not used up does not grow. A larger
/// one that is tried counts from a tenth more on, and what is taken is what was used of it: with twenty rooms at work sixteen may become
/// twenty. Where they are less than a tenth more, too few for a difference to be seen, they are let in. A try that is not used, or has too few
/// answers of the kinds that were measured before it, ends after a measurement or two and says nothing: the next one is the same. After half a
/// minute without answers the limit stays, what was measured is forgotten, and the next try comes soon.
///
/// Why not the distance to a lowest latency, as TCP Vegas, Netflix's concurrency-limits and Envoy have it: the lowest one of a kind is
/// that of its easiest request (somebody who is in the room already), and what a request takes changes with the room. And it
/// cannot see that a server works more slowly for more at once, which is what Synapse does within a room.
///
/// What it cannot tell apart: a step's effect from something else that happens to the server at the same moment (the next
/// try puts it right); its own queue from that of others, since it takes the throughput that it can get; and an account that may
/// do so much a second from a server that can. How long a body takes on the line is not in the latency.
class http_limit {
  public:
    explicit http_limit(const http_limit_rule& rule);

    /// What may be under way now.
    std::size_t now() const { return trying_ ? trial_ : level_; }

    /// The same, but for a try that goes on.
    std::size_t settled() const { return level_; }

    bool is_trying() const { return trying_; }

    /// Whether the last try came to nothing, so that the limit has been found for now.
    bool is_found() const { return found_; }

    /// may_try: no other limit that counts the same requests is being tried.
    void answered(const http_sample& sample, http_clock::time_point now, bool may_try);

    /// It was found elsewhere that so many are better than fewer, or than more.
    void raise_to(std::size_t at_once, http_clock::time_point now);
    void lower_to(std::size_t at_once, http_clock::time_point now);

    /// The server had too much to do for a request that was sent then. Returns whether the limit has shrunk for it.
    bool refused(http_clock::time_point sent, http_clock::time_point now);

    /// The typical latency of the newest measurement, and the lowest of any; zero before the first.
    std::chrono::microseconds latency() const { return latency_; }
    std::chrono::microseconds best_latency() const { return best_; }

  private:
    enum class direction : std::uint8_t { up, down };

    class measurement {
      public:
        void add(const http_sample& sample);
        void clear();
        std::size_t count() const { return count_; }
        double under_way() const { return under_way_ / static_cast<double>(count_); }
        double latency() const;  ///< The mean of all logarithms.
        /// The logarithm of how many times longer it took afterwards; empty when they have fewer answers of the same kinds
        /// in common.
        std::optional<double> longer_in(const measurement& after, std::size_t in_common) const;

      private:
        struct of_kind {
            std::uint64_t kind = 0;
            std::size_t count = 0;
            double logarithms = 0;
            double mean() const { return logarithms / static_cast<double>(count); }
        };
        std::vector<of_kind> kinds_;
        std::size_t count_ = 0;
        double under_way_ = 0;
    };

    void set_level(std::size_t at_once, http_clock::time_point now);
    bool is_used_up(double under_way) const;
    void look_for_change();
    void begin_trial(http_clock::time_point now);
    void judge(http_clock::time_point now, bool may_try);
    void give_up_trial(http_clock::time_point now);
    void end_trial(http_clock::time_point now);
    std::size_t next() const;

    http_limit_rule rule_;
    std::size_t level_;
    std::size_t trial_ = 0;
    bool trying_ = false;
    bool found_ = false;
    direction direction_ = direction::up;
    bool doubling_ = true;
    std::size_t rest_ = 0;       ///< Measurements until the next try.
    std::size_t next_rest_ = 1;  ///< After the next try that comes to nothing.
    std::size_t unused_ = 0;     ///< Answers during the try that did not count.
    double most_unused_ = 0;     ///< The most that were under way then.
    measurement base_;           ///< The newest whole one at the level.
    measurement current_;
    http_clock::time_point since_ = http_clock::time_point::min();  ///< What was sent before was under another limit.
    http_clock::time_point last_answer_ = http_clock::time_point::min();
    http_clock::time_point cut_ = http_clock::time_point::min();
    std::chrono::microseconds latency_{};
    std::chrono::microseconds best_{};
};

}  // namespace commhost::service
