#include <core_communication/cancellation.hpp>
#include <core_communication/provider_error.hpp>

#include <doctest/doctest.h>

using namespace core_communication;

namespace {

class given final : public cancellation {
  public:
    explicit given(bool requested) : requested_(requested) {}
    bool requested() const noexcept override { return requested_; }

  private:
    bool requested_;
};

}  // namespace

TEST_CASE("a task that is to stop is told so, and another one goes on") {
    CHECK_NOTHROW(given(false).throw_if_requested());
    CHECK_THROWS_AS(given(true).throw_if_requested(), task_cancelled);
}
