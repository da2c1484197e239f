run incident/two-users --max-time soon
