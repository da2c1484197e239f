validate tests/golden/broken --json
