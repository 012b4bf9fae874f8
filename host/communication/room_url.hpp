#pragma once

#include <string_view>

namespace commhost::communication {

/// Whether an address may be stored and shown as a room's, on terminals and pages: http, https, xmpp or mailto, at most 2,048
/// bytes, and nothing in it that cannot be printed. Whether it holds a secret is another question.
bool is_room_url(std::string_view url);

}  // namespace commhost::communication
