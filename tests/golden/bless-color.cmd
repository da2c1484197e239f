bless tests/golden/failing --dry-run --color always
