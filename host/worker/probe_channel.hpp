#pragma once

#include "text/descriptor.hpp"
#include "worker/probe.hpp"

#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace commhost::worker {

/// The two ends of what orders and outcomes go through; exec closes both.
struct channel_ends {
    text::descriptor host;
    text::descriptor server;
};

/// None where the system refuses, which errno tells.
std::optional<channel_ends> make_channel();

/// Sends an order, and with it the shared object, open for reading, that it is about. Returns what the system said where it takes
/// no more; nobody gets a signal for it.
std::error_code send_order(int channel, const probe_order& order, int library);

/// Waits for the next order. None when there is none to come, or it is not in the form that send_order gives it.
std::optional<std::pair<probe_order, text::descriptor>> receive_order(int channel);

/// Sends text, which has no line end, as a line. Returns whether it is sent.
bool send_line(int channel, std::string text);

}  // namespace commhost::worker
