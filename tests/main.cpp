// The entry point of a Catch2 test program; the framework's own code is compiled here, once.
#define CATCH_CONFIG_MAIN
#include "tests/catch.hpp"
