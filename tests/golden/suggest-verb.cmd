rn incident/two-users
