# commhost_embed(TARGET SYMBOL FILE): gives TARGET a function `std::string_view SYMBOL()`, SYMBOL being a qualified name,
# that returns the content of FILE as it was when the program was built.
function(commhost_embed target symbol file)
  get_filename_component(file ${file} ABSOLUTE)
  string(REGEX MATCH "^(.*)::([^:]+)$" matched ${symbol})
  set(EMBED_NAMESPACE ${CMAKE_MATCH_1})
  set(EMBED_FUNCTION ${CMAKE_MATCH_2})
  string(REPLACE "::" "_" generated ${symbol})
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/${generated}.cpp)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} content)
  # A string literal may have 65,536 bytes in C++ (annex B) and a raw string no ')embedded"'.
  string(LENGTH "${content}" length)
  set(EMBED_LITERALS "")
  set(from 0)
  while(from LESS length)
    string(SUBSTRING "${content}" ${from} 16000 piece)
    # A piece ends with a line, so that none is cut within a character.
    string(FIND "${piece}" "\n" end REVERSE)
    math(EXPR end "${end} + 1")
    string(SUBSTRING "${content}" ${from} ${end} piece)
    string(APPEND EMBED_LITERALS "    R\"embedded(${piece})embedded\"\n")
    math(EXPR from "${from} + ${end}")
  endwhile()
  file(CONFIGURE OUTPUT ${generated} @ONLY CONTENT "// Made by CMake; do not edit.
#include <string_view>

namespace @EMBED_NAMESPACE@ {
std::string_view @EMBED_FUNCTION@();
std::string_view @EMBED_FUNCTION@() {
    return
@EMBED_LITERALS@    ;
}
}  // namespace @EMBED_NAMESPACE@
")
  target_sources(${target} PRIVATE ${generated})
endfunction()
