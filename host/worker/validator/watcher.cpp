#include "worker/validator/watcher.hpp"

#include "text/utf8.hpp"

#include <boost/json.hpp>

#include <stdexcept>
#include <utility>

namespace commhost::worker::validator {

namespace {

/// Enough to say what is wrong; a plugin may break a rule in a loop.
constexpr std::size_t most_breaches = 100;

/// In code points, of a breach on its way to another process.
constexpr std::size_t longest_what = 500;

namespace json = boost::json;

}  // namespace

std::string to_json(const breach& of) {
    return json::serialize(json::array{static_cast<int>(of.which), of.method, text::printable(of.what, longest_what)});
}

breach breach_of(std::string_view text) {
    try {
        const auto parts = json::parse(text);
        const auto which = parts.at(0).to_number<int>();
        if (which < 0 || which > static_cast<int>(rule::members_kept))
            throw std::invalid_argument("breach: unknown rule");
        return {static_cast<rule>(which), std::string(parts.at(1).as_string()), std::string(parts.at(2).as_string())};
    } catch (const std::logic_error& wrong_shape) {  // whatever at() and as_...() throw
        throw std::invalid_argument(wrong_shape.what());
    } catch (const std::runtime_error& wrong_shape) {
        throw std::invalid_argument(wrong_shape.what());
    }
}

void watcher::begin(std::string_view method) {
    const std::lock_guard lock(mutex_);
    method_ = method;
    thread_ = std::this_thread::get_id();
}

void watcher::end() {
    const std::lock_guard lock(mutex_);
    method_.clear();
}

void watcher::used(std::string_view what) {
    bool astray = false;
    {
        const std::lock_guard lock(mutex_);
        astray = method_.empty() || thread_ != std::this_thread::get_id();
    }
    if (astray) add(rule::calling_thread, what);
}

void watcher::add(rule which, std::string_view what) {
    const std::lock_guard lock(mutex_);
    if (breaches_.size() < most_breaches) breaches_.push_back({which, method_, std::string(what)});
}

std::string watcher::method() const {
    const std::lock_guard lock(mutex_);
    return method_;
}

std::vector<breach> watcher::take_breaches() {
    const std::lock_guard lock(mutex_);
    return std::exchange(breaches_, {});
}

}  // namespace commhost::worker::validator
