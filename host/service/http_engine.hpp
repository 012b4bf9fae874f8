#pragma once

#include "service/http_client.hpp"
#include "service/http_loop.hpp"

#include <random>

namespace commhost::service {

class system_http_clock final : public http_clock {
  public:
    time_point now() const override { return std::chrono::steady_clock::now(); }
    std::chrono::system_clock::time_point date() const override { return std::chrono::system_clock::now(); }
    double jitter() override { return std::uniform_real_distribution<>(0, 1)(random_); }

  private:
    std::minstd_rand random_{std::random_device{}()};
};

/// The clock is used by the loop's thread alone, unless a test gave its own.
class http_engine::implementation {
  public:
    explicit implementation(http_settings settings) : loop(std::move(settings), clock_) {}
    implementation(http_settings settings, http_clock& clock) : loop(std::move(settings), clock) {}

  private:
    system_http_clock clock_;

  public:
    http_loop loop;
};

}  // namespace commhost::service
