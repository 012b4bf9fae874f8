// The key functions of the interfaces: because each destructor is defined here and only here, each interface has one
// vtable and one type_info, in libcore_communication.so, which host and plugins share.

#include <core_communication/account_standing_provider.hpp>
#include <core_communication/cancellation.hpp>
#include <core_communication/communication_provider.hpp>
#include <core_communication/diagnostic_provider.hpp>
#include <core_communication/http_service.hpp>
#include <core_communication/logger.hpp>
#include <core_communication/person_pictures.hpp>
#include <core_communication/privacy_provider.hpp>
#include <core_communication/processor.hpp>
#include <core_communication/provider_error.hpp>
#include <core_communication/repair_provider.hpp>
#include <core_communication/room_adopt_provider.hpp>
#include <core_communication/room_archive_provider.hpp>
#include <core_communication/room_chat_provider.hpp>
#include <core_communication/room_user_provider.hpp>
#include <core_communication/settings.hpp>
#include <core_communication/strings.hpp>
#include <core_communication/synchronise_provider.hpp>
#include <core_communication/user_provider.hpp>

namespace core_communication::inline v1 {

account_standing_provider::~account_standing_provider() = default;
cancellation::~cancellation() = default;
communication_provider::~communication_provider() = default;
diagnostic_provider::~diagnostic_provider() = default;
http_service::~http_service() = default;
logger::~logger() = default;
person_pictures::~person_pictures() = default;
privacy_provider::~privacy_provider() = default;
processor::~processor() = default;
repair_provider::~repair_provider() = default;
room_adopt_provider::~room_adopt_provider() = default;
room_archive_provider::~room_archive_provider() = default;
room_chat_provider::~room_chat_provider() = default;
room_user_provider::~room_user_provider() = default;
settings::~settings() = default;
strings::~strings() = default;
synchronise_provider::~synchronise_provider() = default;
user_provider::~user_provider() = default;

void cancellation::throw_if_requested() const {
    if (requested()) throw task_cancelled{};
}

}  // namespace core_communication::inline v1
