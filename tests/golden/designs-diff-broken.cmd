designs diff patterns/retry tests/golden/broken/design-listing.json
