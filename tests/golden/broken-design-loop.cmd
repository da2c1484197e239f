validate tests/golden/broken/design-loop.json
