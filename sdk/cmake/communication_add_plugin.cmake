# communication_add_plugin(NAME
#   SOURCES file...              the plugin's C++ files
#   [LIBRARIES target...]        what it links besides core_communication
#   [FOLDER directory]           where version.json, settings.json and lang/ are (default: the current source directory)
#   [OUTPUT directory]           the plugin root to lay the folder out in
#                                (default: ${CMAKE_BINARY_DIR}/lib/commhost/communication/provider)
#
# Makes the target communication_NAME and the folder OUTPUT/NAME just as a host wants it:
#   libcommunication_NAME.so version.json settings.json lang/
# with what the host and other plugins need of every plugin: hidden visibility and a version script (nothing but
# `communication_feature` is exported, so two plugins never share a symbol), every symbol found at link time, RTTI on.

set(core_communication_version_script ${CMAKE_CURRENT_LIST_DIR}/communication_plugin.version
  CACHE INTERNAL "the version script of every plugin")

function(communication_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 plugin "" "FOLDER;OUTPUT" "SOURCES;LIBRARIES")
  if(NOT name MATCHES "^[a-z][a-z0-9_]*$")
    message(FATAL_ERROR "communication_add_plugin: the name '${name}' must be lower-case letters, digits and '_', "
      "starting with a letter, because it is the folder's name and part of the component's")
  endif()
  if(plugin_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "communication_add_plugin(${name}): unknown arguments ${plugin_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT plugin_SOURCES)
    message(FATAL_ERROR "communication_add_plugin(${name}): SOURCES is missing")
  endif()
  if(NOT plugin_FOLDER)
    set(plugin_FOLDER ${CMAKE_CURRENT_SOURCE_DIR})
  endif()
  if(NOT plugin_OUTPUT)
    set(plugin_OUTPUT ${CMAKE_BINARY_DIR}/lib/commhost/communication/provider)
  endif()
  set(folder ${plugin_OUTPUT}/${name})
  set(target communication_${name})

  add_library(${target} MODULE ${plugin_SOURCES})
  target_link_libraries(${target} PRIVATE core_communication::core_communication ${plugin_LIBRARIES})
  target_compile_options(${target} PRIVATE -frtti -fexceptions)
  target_link_options(${target} PRIVATE
    -Wl,-z,defs -Wl,--version-script=${core_communication_version_script})
  set_target_properties(${target} PROPERTIES
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON
    PREFIX lib
    LIBRARY_OUTPUT_DIRECTORY ${folder}
    # No RPATH, in the build tree either: the host has libcore_communication.so.1 loaded already, and that is what the
    # loader then takes (ld.so looks for a needed library by its soname among those it has, before any search). A path
    # that leads out of the folder would have the host refuse the plugin.
    BUILD_WITH_INSTALL_RPATH ON
    INSTALL_RPATH ""
    LINK_DEPENDS ${core_communication_version_script})

  # The host wants the file at one place under one name, whatever the configuration: multi-config generators would append
  # a folder, CMAKE_<CONFIG>_POSTFIX a suffix.
  foreach(configuration IN LISTS CMAKE_CONFIGURATION_TYPES CMAKE_BUILD_TYPE)
    string(TOUPPER "${configuration}" configuration)
    set_target_properties(${target} PROPERTIES
      ${configuration}_POSTFIX ""
      LIBRARY_OUTPUT_DIRECTORY_${configuration} ${folder})
  endforeach()

  # GLOB_RECURSE would look for the first two in every subfolder, that of the build among them.
  file(GLOB files RELATIVE ${plugin_FOLDER} CONFIGURE_DEPENDS
    ${plugin_FOLDER}/version.json ${plugin_FOLDER}/settings.json)
  file(GLOB_RECURSE texts RELATIVE ${plugin_FOLDER} CONFIGURE_DEPENDS ${plugin_FOLDER}/lang/*.json)
  set(copies "")
  foreach(file IN LISTS files texts)
    add_custom_command(OUTPUT ${folder}/${file}
      COMMAND ${CMAKE_COMMAND} -E copy ${plugin_FOLDER}/${file} ${folder}/${file}
      DEPENDS ${plugin_FOLDER}/${file} VERBATIM)
    list(APPEND copies ${folder}/${file})
  endforeach()
  add_custom_target(${target}_folder ALL DEPENDS ${copies})
  add_dependencies(${target} ${target}_folder)
endfunction()
