run incident/two-user
