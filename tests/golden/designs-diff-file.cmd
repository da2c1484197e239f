designs diff tests/golden/good/design.json tests/golden/good/design-changed.json
