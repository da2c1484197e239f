validate tests/golden/broken/syntax.json
