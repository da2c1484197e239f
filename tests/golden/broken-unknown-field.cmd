validate tests/golden/broken/unknown-field.json
