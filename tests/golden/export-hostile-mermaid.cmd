export tests/formats/hostile.json -d tests/formats/hostile-pool.json --format mermaid
