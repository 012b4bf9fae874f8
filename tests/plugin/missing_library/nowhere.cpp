__attribute__((visibility("default"))) int function_of_a_missing_library();
int function_of_a_missing_library() { return 1; }
