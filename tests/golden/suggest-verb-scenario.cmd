two-users
