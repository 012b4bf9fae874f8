#pragma once

#include "service/secret_blanker.hpp"
#include "worker/validator/strict_services.hpp"
#include "worker/validator/watcher.hpp"

#include <core_communication/http_service.hpp>

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace commhost::worker::validator {

/// Whether a request may have changed something on the server. reads_same: what is there reads the same before and after it;
/// then a POST that may be repeated (http_request::repeatable) is taken for a read, as of servers that are read by POST.
inline bool is_write(core_communication::http_method method, bool is_repeatable = false, bool reads_same = false) {
    using core_communication::http_method;
    return method != http_method::get && !(method == http_method::post && is_repeatable && reads_same);
}

/// A request that a plugin sent, and what became of it.
struct exchange {
    core_communication::http_method method = core_communication::http_method::get;
    std::string url;
    std::optional<int> status;                           ///< Of the answer, if there was one.
    std::optional<core_communication::failure> failure;  ///< Else why there was none; empty for one that was cancelled.

    bool is_repeatable = false;  ///< As the plugin said of a POST.

    bool is_write(bool reads_same = false) const { return validator::is_write(method, is_repeatable, reads_same); }
    bool has_succeeded() const { return status && *status / 100 == 2; }
};

/// The http service of a strict host: lets through what the real one does, looks into every request, and has the task
/// cancelled where a test wants it. One thread at a time; what comes from another one is a breach.
class strict_http final : public core_communication::http_service {
  public:
    /// origins: as service::origin_of gives them. declared: the fields of external_data. All references outlive it.
    strict_http(watcher& over, strict_cancellation& cancellation, const service::secret_blanker& blank,
                std::set<std::string> origins, std::set<std::string> declared);

    /// Where requests go from now on; must live as long as they do.
    void lead_to(core_communication::http_service& behind) { behind_ = &behind; }

    /// The request of this number, counted from now on from 0, is not sent any more: the task is cancelled. Before the
    /// first one it is cancelled from now on, so that a plugin that asks is told without any.
    void cancel_at(std::optional<std::size_t> number);

    /// How often a request was tried after the plugin had been told of the cancellation.
    std::size_t tried_after_cancellation() const { return tried_after_; }
    /// Whether the plugin was told, by a request or because it asked.
    bool has_told_of_cancellation() const { return has_cancelled_ || cancellation_.has_told(); }

    /// Since the last time.
    std::vector<exchange> take_exchanges();

    core_communication::http_response send(const core_communication::http_request& request) override;
    void send_all(
        std::span<const core_communication::http_request> requests,
        const std::function<void(std::size_t index, const core_communication::http_outcome&)>& on_outcome) override;

  private:
    void look_at(const core_communication::http_request& request);
    void look_for_people(const core_communication::http_request& request);
    void stop_if_cancelled();
    bool goes_to_own_server(const core_communication::http_request& request);

    watcher& watcher_;
    strict_cancellation& cancellation_;
    const service::secret_blanker& blank_;
    std::set<std::string> origins_;
    std::set<std::string> declared_;
    core_communication::http_service* behind_ = nullptr;
    std::vector<exchange> exchanges_;
    std::optional<std::size_t> left_until_cancelled_;
    bool has_cancelled_ = false;
    std::size_t tried_after_ = 0;
};

}  // namespace commhost::worker::validator
