#pragma once

#include "message/pattern.hpp"
#include "service/secret_blanker.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace commhost::worker::validator {

enum class outcome : std::uint8_t {
    success,
    warning,  ///< It works, and could be better.
    skipped,  ///< It could not be tried; the details say why.
    failed,
    crashed,  ///< The process of the test was ended: by a signal, by the plugin, or by us at its limit.
};

inline constexpr std::array every_outcome{outcome::success, outcome::warning, outcome::skipped, outcome::failed,
                                          outcome::crashed};

std::string_view to_string(outcome which);

/// One thing that a test found: a phrase of the catalogue and its values, so that a child need not speak the reader's
/// language.
struct detail {
    std::string phrase;
    message::arguments values;

    /// In the language of the process.
    std::string text() const;

    friend bool operator==(const detail&, const detail&) = default;
};

/// What a test came to. It begins as a success and only gets worse: success, skipped, warning, failed, crashed.
class verdict {
  public:
    static constexpr std::size_t most_details = 20;

    verdict() = default;

    /// In the process where the plugin's code runs: blank knows the settings' secrets, which no detail is to tell.
    explicit verdict(service::secret_blanker blank) : blank_(std::move(blank)) {}

    outcome what() const { return what_; }
    const std::vector<detail>& details() const { return details_; }

    /// phrase: a key of the catalogue. What is said already is not said again, and more than most_details are left out.
    void skip(std::string_view phrase, message::arguments values = {});
    void warn(std::string_view phrase, message::arguments values = {});
    void fail(std::string_view phrase, message::arguments values = {});
    void crash(std::string_view phrase, message::arguments values = {});

    /// Adds what does not change the outcome.
    void remark(std::string_view phrase, message::arguments values = {});

    /// What another one found, too.
    void take_over(const verdict& other);

    /// Nothing where it is as bad already.
    void become(outcome at_least);

  private:
    outcome what_ = outcome::success;
    std::vector<detail> details_;
    service::secret_blanker blank_;
};

/// A verdict as one line of JSON, and back; it goes through a pipe that the plugin may write into as well. verdict_of
/// throws std::invalid_argument for what is no such text. Its words are fit for a terminal (text::printable).
std::string to_json(const verdict& of);
verdict verdict_of(std::string_view json);

}  // namespace commhost::worker::validator
