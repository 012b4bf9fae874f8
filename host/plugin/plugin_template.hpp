#pragma once

#include <string_view>
#include <vector>

namespace commhost::plugin {

/// A file of sdk/template.
struct template_file {
    std::string_view path;
    std::string_view content;
};

/// All of them, by path, as they were when the program was built.
std::vector<template_file> plugin_template();

}  // namespace commhost::plugin
