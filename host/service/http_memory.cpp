#include "service/http_memory.hpp"

#include <new>
#include <utility>

namespace commhost::service {

http_memory::http_memory(std::size_t enough, std::size_t most, std::function<void()> on_room)
    : enough_(enough), most_(most), on_room_(std::move(on_room)) {}

http_memory::share::~share() {
    if (held_ == 0) return;
    const auto before = of_->held_.fetch_sub(held_);
    if (before > of_->enough_ && before - held_ <= of_->enough_) of_->on_room_();
}

http_memory::share::share(share&& other) noexcept : of_(other.of_), held_(std::exchange(other.held_, 0)) {}

http_memory::share& http_memory::share::operator=(share&& other) noexcept {
    std::swap(of_, other.of_);
    std::swap(held_, other.held_);
    // What was held here is given back now, and not whenever the other one ends.
    const share given_back(std::move(other));
    return *this;
}

void http_memory::share::grow(std::size_t bytes) {
    const auto before = of_->held_.fetch_add(bytes);
    held_ += bytes;
    if (before + bytes <= of_->most_) return;
    of_->held_ -= bytes;
    held_ -= bytes;
    throw std::bad_alloc();
}

}  // namespace commhost::service
