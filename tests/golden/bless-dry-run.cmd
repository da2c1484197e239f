bless tests/golden/failing --dry-run
