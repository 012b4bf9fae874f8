#pragma once

#include "store/clock.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::communication {

/// What becomes of somebody who is in the room on the server but whom the roster does not want there.
enum class unlisted_policy : std::uint8_t {
    remove,  ///< Taken out: the room equals the roster.
    keep,    ///< Left alone.
    adopt,  ///< A person of the directory becomes a member by hand, with the role that was given; others are left alone.
};

/// What becomes of somebody who was put into the room and is not there any more, though the roster wants them. Who was
/// banned is left out under either, and shown with that reason.
enum class left_policy : std::uint8_t {
    add_again,
    respect,  ///< Whoever left stays out.
};

/// What becomes of a room whose instance is deleted.
enum class ended_policy : std::uint8_t {
    keep,     ///< Everybody is taken out, and it stays on the server, for the day the instance comes back.
    archive,  ///< Its people stay in it and can read it; after a while it has another name and nobody writes in it.
    archive_empty,  ///< The same, and everybody is taken out at once.
    purge,          ///< Everybody is taken out, and after a while it is deleted on the server for good.
};

inline constexpr std::array every_ended_policy{ended_policy::keep, ended_policy::archive, ended_policy::archive_empty,
                                               ended_policy::purge};

/// As the configuration and commands write them: "remove", "keep", "adopt"; "add_again", "respect"; "keep", "archive",
/// "archive_empty", "purge".
std::string_view to_string(unlisted_policy policy);
std::string_view to_string(left_policy policy);
std::string_view to_string(ended_policy policy);

/// A time in which nobody is taken out of rooms, such as the weeks around the end of a term.
struct pause {
    store::milliseconds_utc from = 0;
    store::milliseconds_utc until = 0;  ///< Not at this moment any more.
};

struct policy {
    unlisted_policy unlisted = unlisted_policy::remove;
    left_policy left = left_policy::add_again;
    ended_policy ended = ended_policy::keep;
    std::chrono::milliseconds ended_after{
        std::chrono::hours(30 * 24)};  ///< So long after its end a room is purged or archived.
    /// What an archived room is called: "{name}" is its name, "{year}" the year in which it was archived.
    std::string archived_name = "{name} (archived {year})";
    /// Accounts on the server that nobody touches, such as bots: patterns in which * stands for any text and ? for one
    /// character.
    std::vector<std::string> exempt{};
    std::vector<pause> pauses{};
};

/// Whether one of the patterns is the account's.
bool is_exempt(const policy& rules, std::string_view account);

/// Whether removals may be made at that time: empty when they may, else the moment from which on they may again, at the end
/// of the last of the pauses that follow one another.
std::optional<store::milliseconds_utc> removals_paused_until(const policy& rules, store::milliseconds_utc at);

}  // namespace commhost::communication
