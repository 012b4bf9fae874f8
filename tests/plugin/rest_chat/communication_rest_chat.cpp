// Nothing is wrong with this one.

#include "rest_chat_provider.hpp"

#include <core_communication/export.hpp>

namespace fixture::rest_chat {

class communication_feature final : public rest_chat_provider {};

}  // namespace fixture::rest_chat

COMMUNICATION_FEATURE(fixture::rest_chat::communication_feature);
