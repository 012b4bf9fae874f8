#pragma once

#include "message/catalogue.hpp"
#include "message/code.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace commhost::roster {

/// Where in a source something stands.
struct place {
    std::string file;      ///< As in the package, without a path: "users.csv".
    std::size_t line = 0;  ///< From 1, the line in which the row begins; 0: the file as a whole, or not known yet.
    std::string pointer;   ///< In a JSON document: "/users/17/email".

    /// "users.csv:17", "school.json:212#/users/17", "users.csv".
    std::string text() const;
};

/// Something in a source that an admin should know and that does not stop the rest.
struct problem {
    message::code code;
    roster::place place;
    message::arguments arguments;
    bool left_out = true;  ///< False: the row is used all the same.

    /// One sentence in English that begins with the place.
    std::string text() const;
    std::string advice() const;
};

/// All problems of one source, in the order they were met. Counts them all and keeps the first thousands, so that a
/// file with a fault in each of its rows does not fill the memory.
class problem_list {
  public:
    static constexpr std::size_t most_kept = 10'000;

    void add(problem found);

    const std::vector<problem>& kept() const { return kept_; }
    std::vector<problem>& kept() { return kept_; }
    std::size_t left_out() const { return left_out_; }  ///< How many rows were left out.
    std::size_t noted() const { return noted_; }        ///< How many were only noted.

  private:
    std::vector<problem> kept_;
    std::size_t left_out_ = 0;
    std::size_t noted_ = 0;
};

}  // namespace commhost::roster
