live incident/two-users --clint x
