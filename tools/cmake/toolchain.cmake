# How everything of this project is compiled: warnings are errors, ccache and mold are used when they are there.

add_compile_options(
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor
  -Woverloaded-virtual -Wcast-align -Wextra-semi -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-Wshadow=local -Wduplicated-cond -Wlogical-op -Wsuggest-override)
  if(COMMHOST_SANITIZE)
    # With sanitizers GCC 12 warns of paths that the inserted checks themselves make.
    add_compile_options(-Wno-maybe-uninitialized)
  endif()
endif()

add_compile_definitions(SPDLOG_FMT_EXTERNAL)

if(COMMHOST_SANITIZE)
  # Their reports name functions and lines; a tenth of the compiler's work is what else a debugger would want (-g1 leaves it out).
  add_compile_options(-fsanitize=${COMMHOST_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all -g1)
  add_link_options(-fsanitize=${COMMHOST_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # Clang's sanitizers are a part of the program and not of the libraries that it loads: those have symbols undefined, and
    # what they ask for with "-z defs" has to be undone. These flags come last of all.
    string(APPEND CMAKE_CXX_STANDARD_LIBRARIES " -Wl,-z,undefs")
  endif()
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
endif()
