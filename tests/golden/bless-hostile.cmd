bless -L tests/formats/hostile-pool.json tests/formats/hostile.json --dry-run
