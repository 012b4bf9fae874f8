#pragma once

#include "worker/validator/lossy_http.hpp"
#include "worker/validator/people.hpp"
#include "worker/validator/real_http.hpp"
#include "worker/validator/trial.hpp"
#include "worker/validator/verdict.hpp"

#include <core_communication/member.hpp>

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace commhost::worker::validator {

/// A room on the server that the settings name, with the steps of its life. Each step that does not do what it is to do says
/// so to the verdict and returns false. The room goes with this object, and the reporter is told of it. One thread.
class server_room {
  public:
    using user_id = core_communication::user_id;
    /// Of the people whom the validator plays, those in the room, with the role that the server gives them.
    using members = std::map<user_id, std::optional<core_communication::room_role>>;

    /// key: nothing for methods that need no room. Throws message::error (SERVICE_...).
    explicit server_room(stage& on, const std::optional<std::string>& key = new_room_key());
    ~server_room();
    server_room(const server_room&) = delete;
    server_room& operator=(const server_room&) = delete;

    trial& room() { return trial_; }
    lossy_http& line() { return line_; }

    /// Those who have an account.
    std::vector<user_id> people();

    /// Of everybody whom the validator plays.
    std::vector<std::optional<std::string>> accounts();

    /// As the host goes about it, in an object of its own: accounts, then the room.
    bool make(verdict& found);

    /// A call in the object of the last task, which is not judged. at: see trial::call.
    const call_result& call(method which, std::string_view at, std::span<const user_id> users = everybody);

    /// A step in a new object. users: who has to be marked as synced by it.
    bool step(method which, verdict& found, std::span<const user_id> users);
    bool step(method which, verdict& found) { return step(which, found, {}); }

    /// The same of a method that may say "not yet": again until it is done.
    bool step_until_done(method which, verdict& found);

    /// Empty when it cannot be read, which the verdict then says.
    std::optional<members> read(verdict& found);

    /// The last call that a step has made.
    const call_result& last() const { return last_; }

    /// What generate_room_url says.
    std::optional<std::string> url();

    /// As after a crash of the host before anything was stored.
    void lose_values();

    /// Everything that was seen since it was asked last.
    std::vector<breach> take_breaches() { return trial_.rules().take_breaches(); }

  private:
    void begin_room();
    bool judge(const call_result& call, std::span<const user_id> users, verdict& found);
    bool until_done(method which, verdict& found);
    void give_accounts();

    stage& stage_;
    std::string key_;
    real_http http_;
    lossy_http line_;
    trial trial_;
    call_result last_;
    bool has_begun_ = false;  ///< To be made, or adopted: what was may be there.
    bool is_gone_;
};

}  // namespace commhost::worker::validator
