check tests/golden/broken/unmatched.json
