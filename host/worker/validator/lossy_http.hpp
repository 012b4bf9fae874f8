#pragma once

#include <core_communication/http_service.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace commhost::worker::validator {

/// A line to a server on which an answer gets lost where a test wants it: the request is really sent. One thread.
class lossy_http final : public core_communication::http_service {
  public:
    enum class kind : std::uint8_t { any, write };

    /// behind must live longer. longest: what a request may take at most, whatever it says itself.
    explicit lossy_http(core_communication::http_service& behind,
                        std::chrono::milliseconds longest = std::chrono::milliseconds::max())
        : behind_(behind), longest_(longest) {}

    /// The answer to the request of this number, counted from now on from 0, does not come. Of writes, those alone are
    /// counted. None: all answers come.
    void lose(std::optional<std::size_t> number, kind of = kind::any);

    /// Whether it got lost.
    bool has_lost() const { return has_lost_; }

    core_communication::http_response send(const core_communication::http_request& request) override;

    /// One after the other while an answer is still to be lost.
    void send_all(
        std::span<const core_communication::http_request> requests,
        const std::function<void(std::size_t index, const core_communication::http_outcome&)>& on_outcome) override;

  private:
    core_communication::http_request limited(core_communication::http_request request) const;

    core_communication::http_service& behind_;
    std::chrono::milliseconds longest_;
    std::optional<std::size_t> left_;
    kind kind_ = kind::any;
    bool has_lost_ = false;
};

}  // namespace commhost::worker::validator
