#pragma once

#include "worker/validator/given_settings.hpp"
#include "worker/validator/watcher.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::worker::validator {

/// A method that is called no more because it ended a process.
struct left_out {
    std::string method;
    std::string world;  ///< Where alone it is left out; empty: everywhere.

    friend bool operator==(const left_out&, const left_out&) = default;
};

/// What a child is told to do. The shared object comes by itself, as an open file.
struct order {
    std::string test;              ///< Its id.
    std::string secret;            ///< Random: what stands before the verdict, so that the plugin cannot write one.
    std::filesystem::path folder;  ///< The plugin's.
    std::string component;
    std::uint64_t seed = 0;
    given_settings settings;                 ///< Opened, so that the child needs neither keys nor the environment.
    std::vector<left_out> without;           ///< Each once.
    std::vector<breach> breaches_on_server;  ///< Which the test server-life has seen there.
    std::vector<std::string> rooms_left;     ///< On the server: the keys of those that were made and not deleted.
    std::chrono::seconds time{60};           ///< Until the child is killed.
    std::string ca_file;                     ///< As service::http_settings.
    std::string proxy;

    /// Whether it is called nowhere any more.
    bool leaves_out(std::string_view method) const { return leaves_out(method, {}); }
    /// Whether it is not called in this world (world.hpp).
    bool leaves_out(std::string_view method, std::string_view world) const;
};

/// An order as one line of JSON, and back. order_of throws std::exception for what to_json has not made.
std::string to_json(const order& of);
order order_of(std::string_view json);

}  // namespace commhost::worker::validator
