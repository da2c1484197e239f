run incident/two-users --frobnicate
