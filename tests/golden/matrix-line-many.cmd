matrix incident/two-users --by line
