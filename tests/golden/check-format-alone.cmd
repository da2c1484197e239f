check scenarios/incident --format ctest
