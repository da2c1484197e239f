run incident/two-users --baseline x.json
