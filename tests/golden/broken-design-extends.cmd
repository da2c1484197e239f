validate tests/golden/broken/design-extends.json
