# The standard headers that most sources include take half of the compiler's time; they are parsed once for all targets that
# are compiled with the same flags.
#
# commhost_precompile(NAME [header...])    makes NAME, whose parsed headers others reuse: the standard ones and those given
# commhost_reuse(TARGET NAME)              lets a target begin with them
#
# They are no licence to leave an include out: tools/lint and the preset asan compile without them.

set(commhost_standard_headers
  <algorithm> <array> <chrono> <cstddef> <cstdint> <filesystem> <functional> <map> <memory> <optional> <set> <span> <string>
  <string_view> <system_error> <utility> <variant> <vector>)

function(commhost_precompile name)
  file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp CONTENT "// For the headers that go with it.\n")
  add_library(${name} OBJECT ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp)
  target_precompile_headers(${name} PRIVATE ${commhost_standard_headers} ${ARGN})
endfunction()

function(commhost_reuse target name)
  target_precompile_headers(${target} REUSE_FROM ${name})
endfunction()
