#pragma once

#include "worker/validator/given_settings.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::worker::validator {

/// What a child is told to do. The shared object comes by itself, as an open file.
struct order {
    std::string test;              ///< Its id.
    std::filesystem::path folder;  ///< The plugin's.
    std::string component;
    std::uint64_t seed = 0;
    given_settings settings;          ///< Opened, so that the child needs neither keys nor the environment.
    std::vector<std::string> worlds;  ///< Those (world.hpp) in which the plugin did not crash.
    std::string ca_file;              ///< As service::http_settings.
    std::string proxy;
};

/// An order as one line of JSON, and back. order_of throws std::exception for what to_json has not made.
std::string to_json(const order& of);
order order_of(std::string_view json);

}  // namespace commhost::worker::validator
