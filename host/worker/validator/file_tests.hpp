#pragma once

#include "worker/validator/test.hpp"

namespace commhost::worker::validator {

// What a plugin's files say; nothing is loaded.

void examine_folder(const plugin_files& files, verdict& found);
/// SHA256SUMS says what is there, where it is there.
void examine_checksums(const plugin_files& files, verdict& found);
void examine_manifest(const plugin_files& files, verdict& found);
void examine_settings(const plugin_files& files, verdict& found);
void examine_strings(const plugin_files& files, verdict& found);
void examine_translations(const plugin_files& files, verdict& found);
void examine_claims(const plugin_files& files, verdict& found);
void examine_binary(const plugin_files& files, verdict& found);
void examine_exports(const plugin_files& files, verdict& found);

}  // namespace commhost::worker::validator
