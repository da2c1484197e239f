designs fmt --check tests/golden/broken/text.pool
