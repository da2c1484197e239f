validate tests/golden/good/scenario.json tests/golden/good/design.json
