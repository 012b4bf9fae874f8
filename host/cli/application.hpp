#pragma once

namespace commhost::cli {

/// The whole program: reads the command line, carries out one command, returns the exit status (context.hpp). Every error
/// is caught and told here.
int run_application(int count, char** words);

}  // namespace commhost::cli
