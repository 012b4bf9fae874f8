#pragma once

#include <core_communication/testing/scripted_http.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace commhost::worker::validator {

/// What lies behind a plugin's requests.
enum class world : std::uint8_t {
    calm,  ///< Everything is answered with a JSON object that has whatever one may look for.
    no_network,
    internal_error,
    rate_limit,
    unauthorised,
    forbidden,
    not_found,
    garbage_body,
    wrong_shape,
    empty_body,
    endless_body,
    lost_answer,  ///< Calm, but for one request whose answer never comes.
};

/// All of them; they need neither a server nor a network.
inline constexpr std::array worlds_in_memory{world::calm,       world::no_network,   world::internal_error,
                                             world::rate_limit, world::unauthorised, world::forbidden,
                                             world::not_found,  world::garbage_body, world::wrong_shape,
                                             world::empty_body, world::endless_body, world::lost_answer};

/// The id of its test: "no-network"; "calm-world".
std::string_view to_string(world which);
std::optional<world> world_of(std::string_view name);

/// How many forms it has: which answer is lost, which shape is wrong.
std::size_t variants_of(world which);

/// What answers in it. seed: of the garbage.
core_communication::testing::scripted_http::script script_of(world which, std::size_t variant, std::uint64_t seed);

/// Whether nothing in it gets through, so that nothing can have been done.
bool is_outage(world which);

}  // namespace commhost::worker::validator
