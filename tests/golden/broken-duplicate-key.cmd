validate tests/golden/broken/duplicate-key.json
