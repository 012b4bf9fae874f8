#include "worker/validator/strict_services.hpp"

#include <array>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace commhost::worker::validator {

namespace {

const std::array english{std::string("en")};

}  // namespace

/// An unknown name, or one of another type: the real settings throw, which is what makes it a breach.
template <class Read>
auto strict_settings::read(std::string_view name, Read&& value) const {
    watcher_.used("settings");
    try {
        return value();
    } catch (const std::logic_error&) {  // becomes a breach
        watcher_.add(rule::settings, name);
        return std::invoke_result_t<Read>{};
    }
}

std::string strict_settings::text(std::string_view name) const {
    return read(name, [&] { return values_.text(name); });
}
std::int64_t strict_settings::integer(std::string_view name) const {
    return read(name, [&] { return values_.integer(name); });
}
bool strict_settings::boolean(std::string_view name) const {
    return read(name, [&] { return values_.boolean(name); });
}
std::chrono::seconds strict_settings::duration(std::string_view name) const {
    return read(name, [&] { return values_.duration(name); });
}
std::vector<std::string> strict_settings::list(std::string_view name) const {
    return read(name, [&] { return values_.list(name); });
}

strict_strings::strict_strings(watcher& over, std::shared_ptr<const plugin::string_tables> tables)
    : watcher_(over), tables_(std::move(tables)), strings_(tables_, english) {}

std::string strict_strings::get(std::string_view key, const placeholders& values) const {
    watcher_.used("text");
    if (!tables_->has(key)) watcher_.add(rule::strings, key);
    return strings_.get(key, values);
}

void strict_logger::log(core_communication::log_level /*level*/, std::string_view message) {
    watcher_.used("log");
    const std::string said(message);
    if (blank_(said) != said) watcher_.add(rule::secrets, "log: " + blank_(said));
}

bool strict_cancellation::requested() const noexcept {
    if (requested_) has_told_ = true;
    return requested_;
}

}  // namespace commhost::worker::validator
