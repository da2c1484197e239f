check tests/golden/broken/syntax.json --github
