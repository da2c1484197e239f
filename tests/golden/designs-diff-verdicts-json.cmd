designs diff tests/golden/good/design.json tests/golden/good/design-changed.json --verdicts tests/golden/good/scenario.json --json
