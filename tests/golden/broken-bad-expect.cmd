validate tests/golden/broken/bad-expect.json
