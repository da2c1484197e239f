validate tests/golden/broken/text.pool --json
