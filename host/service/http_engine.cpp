#include "service/http_engine.hpp"

#include "message/error.hpp"
#include "service/codes.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <numeric>
#include <string>
#include <utility>

namespace commhost::service {

namespace {

bool holds_certificate(std::istream& file) {
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("-----BEGIN ")) return true;
    return false;
}

/// libcurl would say so only at the first request, and once for each.
http_settings checked(http_settings settings) {
    if (settings.ca_file.empty()) return settings;
    std::ifstream file(settings.ca_file);
    if (!file) throw message::error(SERVICE_CA_FILE, {{"file", settings.ca_file}, {"reason", std::strerror(errno)}});
    if (!holds_certificate(file))
        throw message::error(SERVICE_CA_FILE,
                             {{"file", settings.ca_file}, {"reason", message::phrase("reason_no_certificate")}});
    return settings;
}

}  // namespace

std::uint64_t http_counters::of(core_communication::http_method method) const {
    const auto& classes = requests.at(static_cast<std::size_t>(method));
    return std::accumulate(classes.begin(), classes.end(), std::uint64_t{0});
}

std::uint64_t http_counters::total() const {
    using enum core_communication::http_method;
    return of(get) + of(put) + of(post) + of(patch) + of(delete_);
}

http_engine::http_engine(http_settings settings)
    : implementation_(std::make_unique<implementation>(checked(std::move(settings)))) {}

http_engine::http_engine(http_settings settings, http_clock& clock)
    : implementation_(std::make_unique<implementation>(checked(std::move(settings)), clock)) {}

http_engine::~http_engine() = default;

http_counters http_engine::counters() const { return implementation_->loop.counters(); }

http_counters http_engine::take_counters() { return implementation_->loop.take_counters(); }

std::size_t http_engine::takes_at_once() const { return implementation_->loop.takes_at_once(); }

void http_engine::wake() { implementation_->loop.wake(); }

}  // namespace commhost::service
