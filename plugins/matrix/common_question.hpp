#pragma once

#include <core_communication/cancellation.hpp>

#include <functional>
#include <string>

namespace communication_matrix {

/// Has one room ask for all those of this process that want to know the same at the same time: rooms begin at once, and what is known of
/// the server is no room's. Of those who call with the same name (about) one runs ask, and the others wait for what it returns; a
/// provider_error that it throws is theirs as well. Nothing is kept: whoever comes later asks anew. So ask looks first at what was kept
/// meanwhile, and keeps the answer. Where it throws anything else, one of those who wait asks in its place.
///
/// Waiting ends with task_cancelled when stop is requested. Any thread; ask is called on the caller's, and must not call this function.
std::string ask_once(const std::string& about, const core_communication::cancellation& stop,
                     const std::function<std::string()>& ask);

}  // namespace communication_matrix
