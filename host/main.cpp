#include "cli/application.hpp"

int main(int count, char** words) { return commhost::cli::run_application(count, words); }
