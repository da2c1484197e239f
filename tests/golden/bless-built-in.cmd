bless incident/two-users
