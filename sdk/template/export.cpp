#include "communication_feature.hpp"

#include <core_communication/export.hpp>

COMMUNICATION_FEATURE(communication_yourchat::communication_feature)
