#pragma once

#include "store/database.hpp"

#include <core_communication/cancellation.hpp>

#include <functional>
#include <type_traits>
#include <utility>

namespace commhost::communication {

/// A database into which somebody writes only while a room is theirs. A process that was stopped for longer than its lease goes
/// on where it was, in the middle of anything, while another one has its rooms: what it does then is not stored. Any thread.
class fenced_database {
  public:
    /// Of a caller who does not share its rooms.
    fenced_database(store::database& of) : of_(of), holds_([](store::connection&) { return true; }) {}

    /// holds: whether the room is still theirs, which it must stay until the transaction ends (task::queue::holds).
    fenced_database(store::database& of, std::function<bool(store::connection&)> holds)
        : of_(of), holds_(std::move(holds)) {}

    /// To read.
    store::database::lease borrow() const { return of_.borrow(); }

    /// As store::database::transact. Throws task_cancelled, and stores nothing, where the room is not theirs any more. That
    /// is asked behind the work: who changes rooms and then queues tasks (api.hpp) locks in this order, too, so that neither waits
    /// for the other.
    template <class Work>
    auto transact(Work&& work, store::durability how = store::durability::at_once) const
        -> std::invoke_result_t<Work&, store::connection&> {
        return of_.transact(
            [&](store::connection& on) {
                if constexpr (std::is_void_v<std::invoke_result_t<Work&, store::connection&>>) {
                    work(on);
                    require(on);
                } else {
                    auto result = work(on);
                    require(on);
                    return result;
                }
            },
            how);
    }

    /// The same of progress, which the next pass over the room would find out again: nobody waits for the disk.
    template <class Work>
    auto note(Work&& work) const -> std::invoke_result_t<Work&, store::connection&> {
        return transact(std::forward<Work>(work), store::durability::soon);
    }

  private:
    void require(store::connection& on) const {
        if (!holds_(on)) throw core_communication::task_cancelled();
    }

    store::database& of_;
    std::function<bool(store::connection&)> holds_;
};

}  // namespace commhost::communication
