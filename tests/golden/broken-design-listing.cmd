validate tests/golden/broken/design-listing.json
