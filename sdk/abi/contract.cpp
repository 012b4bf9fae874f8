// What passes between host and plugin without a symbol of its own: the structs of the contract. A function that takes each has the
// dump of the ABI show them (tools/abi); nothing else is built from this file. A new struct gets a line; no line ever changes.

#include <core_communication/account_standing_provider.hpp>
#include <core_communication/diagnostic_provider.hpp>
#include <core_communication/person_pictures.hpp>
#include <core_communication/privacy_provider.hpp>
#include <core_communication/processor.hpp>
#include <core_communication/repair_provider.hpp>

// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): a function for each has to have a name for each
#define CONTRACT(Type) \
    extern "C" CORE_COMMUNICATION_API void contract_of_##Type(const core_communication::Type& /*unused*/) {}

CONTRACT(diagnosis)
CONTRACT(http_outcome)
CONTRACT(http_request)
CONTRACT(http_response)
CONTRACT(instance)
CONTRACT(member)
CONTRACT(person)
CONTRACT(personal_record)
CONTRACT(picture)
CONTRACT(remote_member)
CONTRACT(room_properties)
CONTRACT(repair_offer)
CONTRACT(account_standing)
CONTRACT(person_picture)
CONTRACT(picture_note)
