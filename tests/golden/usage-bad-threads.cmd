run incident/two-users --threads 0
