run incident/two-users -i no-leek
