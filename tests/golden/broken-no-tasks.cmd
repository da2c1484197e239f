validate tests/golden/broken/no-tasks.json
