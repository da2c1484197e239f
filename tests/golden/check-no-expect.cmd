check tests/golden/broken/no-expect.json
