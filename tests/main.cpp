// The entry point of a Catch2 test program, version 2 or 3; the code of version 2 is compiled here, once.
#define CATCH_CONFIG_RUNNER
#include "tests/catch.hpp"

int main(int argc, char** argv) { return Catch::Session().run(argc, argv); }
