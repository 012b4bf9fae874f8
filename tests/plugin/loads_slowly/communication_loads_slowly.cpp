// It takes its time while it is loaded.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

#include <poll.h>

namespace fixture::loads_slowly {

namespace {

constexpr int milliseconds = 300;

/// Of a static object, so that it happens in the loader.
[[maybe_unused]] const bool has_waited = ::poll(nullptr, 0, milliseconds) == 0;

}  // namespace

class communication_feature final : public rest_chat_provider {};

}  // namespace fixture::loads_slowly

COMMUNICATION_FEATURE(fixture::loads_slowly::communication_feature);
