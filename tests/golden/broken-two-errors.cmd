validate tests/golden/broken/two-errors.json
