#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace commhost::worker::validator {

/// The rules of the contract that a strict host watches over. Where the real host would throw std::logic_error it only
/// notes the breach and goes on, so that a plugin that breaks one rule is still tried by all the others.
enum class rule : std::uint8_t {
    calling_thread,  ///< What the host gives is used on the thread that calls, and while it calls.
    load_sends_nothing,
    url_sends_nothing,
    own_servers,    ///< Requests go to the servers that the url settings name.
    settings,       ///< Only declared ones, by the function of their type.
    strings,        ///< Only those that the English file has.
    values,         ///< Keys and values of the stores keep their limits.
    verdicts,       ///< On people of the call, within it.
    one_verdict,    ///< Each once.
    accounts,       ///< Of people of the roster, 1 to 255 bytes of UTF-8.
    members,        ///< Who is in the room is handed over once.
    secrets,        ///< In no log line, reason, address or stored value.
    personal_data,  ///< Only what external_data declares is sent.
    answer_limits,  ///< No request lets the server fill the host's memory.
    no_room,        ///< diagnose() and its like do without a room.
    room_address,   ///< It can be published.
    members_kept,   ///< Who has read the room hands them over.
};

struct breach {
    rule which;
    std::string method;  ///< Of the contract: "create_chat_room".
    std::string what;    ///< The name of the setting, the address, the account ...
};

/// A breach as one line of JSON, and back. breach_of throws std::invalid_argument for what to_json has not made.
std::string to_json(const breach& of);
breach breach_of(std::string_view json);

/// Sees what is done with the strict host of one room. Any thread.
class watcher {
  public:
    /// From now on the calling thread is in this method of the plugin.
    void begin(std::string_view method);
    void end();

    /// What the host gives is being used: a breach on any other thread, and when no method is under way.
    void used(std::string_view what);

    void add(rule which, std::string_view what);

    std::string method() const;

    /// Those since the last time.
    std::vector<breach> take_breaches();

  private:
    mutable std::mutex mutex_;
    std::string method_;  ///< Empty between two calls.
    std::thread::id thread_;
    std::vector<breach> breaches_;
};

}  // namespace commhost::worker::validator
