#pragma once

#include <core_communication/http_service.hpp>

#include <cstddef>
#include <cstdint>

namespace commhost::service {

/// A number for requests that are the same but for the room, the person and the values that they are about, and so take about
/// as long: by method, by the words of the path that name no thing, and by the magnitude of the body (a room that is made with a
/// hundred people takes longer than one with two). A path's part counts as a word if it has small letters and underscores alone,
/// or is a version ("v3"); any other stands for a thing. So the name of a thing that is such a word makes a kind of its own,
/// of which there are then too few requests to learn from.
std::uint64_t kind_of(const core_communication::http_request& request);

/// The kind of an answer to it: an error comes sooner, and the list of a large room later.
std::uint64_t kind_of_answer(std::uint64_t request, int status, std::size_t bytes);

}  // namespace commhost::service
