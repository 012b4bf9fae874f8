# Debian's libsoci-dev brings no CMake package file. Gives SOCI::soci with the two backends that commhost uses.
find_path(SOCI_INCLUDE_DIR soci/soci.h)
find_library(SOCI_CORE soci_core)
find_library(SOCI_SQLITE3 soci_sqlite3)
find_library(SOCI_POSTGRESQL soci_postgresql)
find_path(SOCI_LIBPQ_INCLUDE_DIR libpq-fe.h PATH_SUFFIXES postgresql)
find_library(SOCI_LIBPQ pq)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(SOCI REQUIRED_VARS
  SOCI_CORE SOCI_SQLITE3 SOCI_POSTGRESQL SOCI_INCLUDE_DIR SOCI_LIBPQ SOCI_LIBPQ_INCLUDE_DIR)
if(SOCI_FOUND AND NOT TARGET SOCI::soci)
  add_library(SOCI::soci INTERFACE IMPORTED)
  # SYSTEM, as for any imported target: its headers are not ours to warn about.
  target_include_directories(SOCI::soci INTERFACE ${SOCI_INCLUDE_DIR} ${SOCI_LIBPQ_INCLUDE_DIR})
  target_link_libraries(SOCI::soci INTERFACE ${SOCI_POSTGRESQL} ${SOCI_SQLITE3} ${SOCI_CORE} ${SOCI_LIBPQ})
endif()
