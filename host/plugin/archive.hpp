#pragma once

#include "plugin/package_writer.hpp"

namespace commhost::plugin {

/// Unpacks a zip or tar archive, the latter compressed with gzip, xz or not at all, with libarchive. Nothing of it gets outside
/// of the writer's folder: links, devices, absolute paths and ".." are refused.
///
/// Throws message::error: PLUGIN_PACKAGE_READ (no such archive, cut off, broken), PLUGIN_PACKAGE_ENTRY, and what the writer throws.
void unpack_archive(package_writer& into);

}  // namespace commhost::plugin
