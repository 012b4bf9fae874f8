#pragma once

#include "communication/parity.hpp"
#include "store/clock.hpp"

#include <span>
#include <string>

namespace commhost::communication {

/// What compare_with_rosters found as numbers for a monitoring system, for each provider that has rooms:
///
///     commhost_rooms{provider="matrix"}                       active rooms
///     commhost_rooms_different                                of them, those in which somebody is missing or too many
///     commhost_rooms_never_read                               of them, those in which no pass got through yet
///     commhost_members_wanted, _there, _missing, _surplus     of all of them together
///     commhost_oldest_reading_seconds                         the age of the last pass of the room that had none for longest;
///                                                             absent where there is no room with one
///
/// All are gauges, in the text exposition format, version 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/), with a help text of the catalogue. Ends with a line's end.
std::string parity_metrics(std::span<const room_parity> rooms, store::milliseconds_utc now);

}  // namespace commhost::communication
