#pragma once

#include "communication/room.hpp"
#include "directory/change_set.hpp"
#include "store/database.hpp"

#include <core_communication/cancellation.hpp>

#include <functional>
#include <span>
#include <type_traits>
#include <utility>

namespace commhost::communication {

/// A database into which somebody writes about one room, and only while it is theirs. A process that was stopped for longer than
/// its lease goes on where it was, in the middle of anything, while another one has its rooms: what it does then is not
/// stored. Any thread.
class fenced_database {
  public:
    /// Of a caller who does not share the room.
    fenced_database(store::database& of, communication_id room)
        : of_(of), room_(room), holds_([](store::connection&) { return true; }) {}

    /// holds: whether the room is still theirs, which it must stay until the transaction ends (task::queue::holds).
    fenced_database(store::database& of, communication_id room, std::function<bool(store::connection&)> holds)
        : of_(of), room_(room), holds_(std::move(holds)) {}

    /// To read.
    store::database::lease borrow() const { return of_.borrow(); }

    /// As store::database::transact, of work that changes the room and what belongs to it: their lock comes first (lock_rooms).
    /// Throws task_cancelled, and stores nothing, where the room is not theirs any more. That is asked behind the work: a
    /// task is locked after its room.
    template <class Work>
    auto transact(Work&& work, store::durability how = store::durability::at_once) const
        -> std::invoke_result_t<Work&, store::connection&> {
        return of_.transact([&](store::connection& on) { return fenced(on, work); }, how);
    }

    /// The same of progress, which the next pass over the room would find out again: nobody waits for the disk.
    template <class Work>
    auto note(Work&& work) const -> std::invoke_result_t<Work&, store::connection&> {
        return transact(std::forward<Work>(work), store::durability::soon);
    }

    /// As transact, of work that changes the directory, too, whose lock comes before those of rooms (directory::lock_revision).
    template <class Work>
    auto transact_with_directory(Work&& work) const -> std::invoke_result_t<Work&, store::connection&> {
        return of_.transact([&](store::connection& on) {
            directory::lock_revision(on);
            return fenced(on, work);
        });
    }

  private:
    template <class Work>
    auto fenced(store::connection& on, Work& work) const -> std::invoke_result_t<Work&, store::connection&> {
        lock_rooms(on, std::span(&room_, 1));
        if constexpr (std::is_void_v<std::invoke_result_t<Work&, store::connection&>>) {
            work(on);
            require(on);
        } else {
            auto result = work(on);
            require(on);
            return result;
        }
    }

    void require(store::connection& on) const {
        if (!holds_(on)) throw core_communication::task_cancelled();
    }

    store::database& of_;
    communication_id room_;
    std::function<bool(store::connection&)> holds_;
};

}  // namespace commhost::communication
