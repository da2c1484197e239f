replay incident/two-users -s alice
