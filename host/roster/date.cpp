#include "roster/date.hpp"

#include <charconv>
#include <chrono>
#include <cstddef>

namespace commhost::roster {

namespace {

/// Takes a text apart from the left; once something was not there, nothing is.
class scanner {
  public:
    explicit scanner(std::string_view text) : rest_(text) {}

    /// A number of at least `least` and at most `most` digits.
    int number(std::size_t least, std::size_t most) {
        std::size_t digits = 0;
        while (digits < rest_.size() && digits < most && rest_[digits] >= '0' && rest_[digits] <= '9') ++digits;
        if (digits < least) {
            good_ = false;
            return 0;
        }
        int value = 0;
        std::from_chars(rest_.data(), rest_.data() + digits, value);
        rest_.remove_prefix(digits);
        return value;
    }

    bool skip(char expected) {
        if (rest_.empty() || rest_.front() != expected) return false;
        rest_.remove_prefix(1);
        return true;
    }

    bool at_digit() const { return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; }
    void need(char expected) { good_ = skip(expected) && good_; }
    void fail() { good_ = false; }

    bool good() const { return good_; }
    bool done() const { return good_ && rest_.empty(); }

  private:
    std::string_view rest_;
    bool good_ = true;
};

/// Finer than a millisecond is more than is stored.
std::chrono::milliseconds fraction_of_second(scanner& text) {
    int milliseconds = text.number(1, 1) * 100;
    for (int weight = 10; text.at_digit(); weight /= 10) milliseconds += text.number(1, 1) * weight;
    return std::chrono::milliseconds(milliseconds);
}

std::chrono::minutes zone(scanner& text) {
    if (text.skip('Z') || text.skip('z')) return {};
    const bool east = text.skip('+');
    if (!east && !text.skip('-')) return {};
    const int hours = text.number(2, 2);
    text.skip(':');
    const int minutes = text.number(2, 2);
    if (hours > 23 || minutes > 59) text.fail();
    const auto offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
    return east ? offset : -offset;
}

}  // namespace

std::optional<store::milliseconds_utc> parse_date(std::string_view written) {
    using namespace std::chrono;
    if (written.size() > 40) return std::nullopt;
    scanner text(written);
    int year_number = 0;
    int month_number = 0;
    int day_number = 0;
    milliseconds time{};
    if (written.substr(0, 3).find('/') != std::string_view::npos) {
        day_number = text.number(1, 2);
        text.need('/');
        month_number = text.number(1, 2);
        text.need('/');
        year_number = text.number(4, 4);
    } else {
        year_number = text.number(4, 4);
        text.need('-');
        month_number = text.number(2, 2);
        text.need('-');
        day_number = text.number(2, 2);
        if (text.good() && (text.skip('T') || text.skip('t') || text.skip(' '))) {
            const int hour = text.number(2, 2);
            text.need(':');
            const int minute = text.number(2, 2);
            const int second = text.skip(':') ? text.number(2, 2) : 0;
            if (hour > 24 || minute > 59 || second > 60 || (hour == 24 && minute + second > 0)) text.fail();
            time = hours(hour) + minutes(minute) + seconds(second);
            if (text.skip('.')) time += fraction_of_second(text);
            time -= zone(text);
        }
    }
    const year_month_day date{year(year_number), month(static_cast<unsigned>(month_number)),
                              day(static_cast<unsigned>(day_number))};
    if (!text.done() || !date.ok() || year_number < 1900) return std::nullopt;
    return duration_cast<milliseconds>(sys_days(date).time_since_epoch() + time).count();
}

}  // namespace commhost::roster
