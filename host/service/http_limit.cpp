#include "service/http_limit.hpp"

#include <algorithm>
#include <cmath>

namespace commhost::service {

namespace {

constexpr std::chrono::seconds long_silence{30};

/// Of one measurement; what is of a further kind does not count.
constexpr std::size_t most_kinds = 32;

/// Other latencies than before, beyond what scattering explains.
const double much_longer = std::log(1.5);

std::chrono::microseconds in_microseconds(double logarithm) {
    return std::chrono::microseconds(static_cast<std::chrono::microseconds::rep>(std::exp(logarithm)));
}

}  // namespace

void http_limit::measurement::add(const http_sample& sample) {
    auto found =
        std::find_if(kinds_.begin(), kinds_.end(), [&](const of_kind& each) { return each.kind == sample.kind; });
    if (found == kinds_.end()) {
        if (kinds_.size() == most_kinds) return;
        found = kinds_.insert(found, {sample.kind, 0, 0});
    }
    ++found->count;
    found->logarithms +=
        std::log(static_cast<double>(std::max<std::chrono::microseconds::rep>(sample.latency.count(), 1)));
    ++count_;
    under_way_ += sample.under_way;
}

void http_limit::measurement::clear() {
    kinds_.clear();
    count_ = 0;
    under_way_ = 0;
}

double http_limit::measurement::latency() const {
    double all = 0;
    for (const auto& each : kinds_) all += each.logarithms;
    return all / static_cast<double>(count_);
}

std::optional<double> http_limit::measurement::longer_in(const measurement& after, std::size_t in_common) const {
    double longer = 0;
    std::size_t common = 0;
    for (const auto& mine : kinds_) {
        for (const auto& other : after.kinds_) {
            if (other.kind != mine.kind) continue;
            const auto weight = std::min(mine.count, other.count);
            longer += static_cast<double>(weight) * (other.mean() - mine.mean());
            common += weight;
        }
    }
    if (common == 0 || common < in_common) return std::nullopt;
    return longer / static_cast<double>(common);
}

http_limit::http_limit(const http_limit_rule& rule)
    : rule_(rule), level_(std::clamp(rule.start, rule.least, rule.most)) {}

bool http_limit::is_used_up(double under_way) const {
    if (trying_ && trial_ > level_) return under_way >= 1.1 * static_cast<double>(level_);
    return under_way >= 0.8 * static_cast<double>(now());
}

void http_limit::answered(const http_sample& sample, http_clock::time_point now, bool may_try) {
    if (last_answer_ != http_clock::time_point::min() && now - last_answer_ > long_silence) {
        trying_ = false;
        base_.clear();
        current_.clear();
        rest_ = 0;
        next_rest_ = 1;
    }
    last_answer_ = now;
    if (sample.sent < since_) return;
    if (!is_used_up(sample.under_way)) {
        if (!trying_) return;
        most_unused_ = std::max(most_unused_, sample.under_way);
        if (++unused_ < rule_.samples) return;
        if (trial_ > level_) level_ = std::max(level_, static_cast<std::size_t>(std::lround(most_unused_)));
        found_ = true;
        end_trial(now);
        return;
    }
    current_.add(sample);
    if (current_.count() < rule_.samples) return;
    if (trying_) {
        judge(now, may_try);
        return;
    }
    look_for_change();
    base_ = current_;
    current_.clear();
    latency_ = in_microseconds(base_.latency());
    best_ = best_.count() == 0 ? latency_ : std::min(best_, latency_);
    if (rest_ > 0)
        --rest_;
    else if (may_try)
        begin_trial(now);
}

/// Where the server has become another one, what was found before says little.
void http_limit::look_for_change() {
    const auto longer = base_.longer_in(current_, rule_.samples / 2);
    if (!longer || std::abs(*longer) < much_longer) return;
    direction_ = *longer > 0 ? direction::down : direction::up;
    doubling_ = true;
    rest_ = 0;
    next_rest_ = 1;
}

std::size_t http_limit::next() const {
    const auto half = (level_ + 1) / 2;
    if (direction_ == direction::up) {
        const auto more = std::min(rule_.most, doubling_ ? 2 * level_ : level_ + half);
        // What the most leaves may be too little for a difference to be seen.
        return 8 * (more - level_) < level_ ? level_ : more;
    }
    return std::max(rule_.least, doubling_ ? half : level_ - (level_ + 2) / 3);
}

void http_limit::begin_trial(http_clock::time_point now) {
    for (int directions = 0; directions < 2; ++directions) {
        trial_ = next();
        if (trial_ != level_) {
            trying_ = true;
            unused_ = 0;
            most_unused_ = 0;
            since_ = now;
            current_.clear();
            return;
        }
        direction_ = direction_ == direction::up ? direction::down : direction::up;
    }
}

void http_limit::judge(http_clock::time_point now, bool may_try) {
    // What was under way differs by less only where the limit was hardly used.
    constexpr double least_step = 0.1;
    const auto longer = base_.longer_in(current_, rule_.samples / 2);
    const auto step = std::log(current_.under_way() / base_.under_way());
    if (!longer || std::abs(step) < least_step) {
        if (current_.count() >= 2 * rule_.samples) end_trial(now);
        return;
    }
    const bool larger_pays = 1 - *longer / step > rule_.worth;
    if (larger_pays != (trial_ > level_)) {
        give_up_trial(now);
        return;
    }
    // Of a larger one that was used by half or less, what was used has paid.
    const auto used = current_.under_way();
    const bool half = trial_ > level_ && 2 * used <= static_cast<double>(level_ + trial_);
    level_ = half ? static_cast<std::size_t>(std::ceil(used)) : trial_;
    trying_ = false;
    found_ = false;
    base_ = current_;
    latency_ = in_microseconds(base_.latency());
    best_ = std::min(best_, latency_);
    next_rest_ = std::max<std::size_t>(1, next_rest_ / 2);
    rest_ = 0;
    if (may_try) {
        begin_trial(now);
    } else {
        since_ = now;
        current_.clear();
    }
}

void http_limit::give_up_trial(http_clock::time_point now) {
    found_ = true;
    direction_ = trial_ > level_ ? direction::down : direction::up;
    doubling_ = false;
    end_trial(now);
}

/// By itself that says nothing for what was tried or against it.
void http_limit::end_trial(http_clock::time_point now) {
    trying_ = false;
    rest_ = next_rest_;
    next_rest_ = std::min(2 * next_rest_, rule_.longest_rest);
    since_ = now;
    current_.clear();
}

void http_limit::raise_to(std::size_t at_once, http_clock::time_point now) {
    at_once = std::min(at_once, rule_.most);
    if (at_once > level_) set_level(at_once, now);
}

void http_limit::lower_to(std::size_t at_once, http_clock::time_point now) {
    at_once = std::max(at_once, rule_.least);
    if (at_once < level_) set_level(at_once, now);
}

void http_limit::set_level(std::size_t at_once, http_clock::time_point now) {
    level_ = at_once;
    trying_ = false;
    base_.clear();
    current_.clear();
    since_ = now;
}

bool http_limit::refused(http_clock::time_point sent, http_clock::time_point now) {
    if (sent < cut_) return false;
    // Four measurements before more is asked of it again.
    constexpr std::size_t recovery = 4;
    const auto before = this->now();
    level_ = std::max(rule_.least, std::min(level_, before) / 2);
    trying_ = false;
    found_ = false;
    direction_ = direction::up;
    doubling_ = false;
    rest_ = recovery;
    next_rest_ = recovery;
    base_.clear();
    current_.clear();
    since_ = cut_ = last_answer_ = now;
    return level_ < before;
}

}  // namespace commhost::service
