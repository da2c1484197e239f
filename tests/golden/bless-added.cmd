bless scenarios/incident/two-users.json -d patterns/drain --dry-run
