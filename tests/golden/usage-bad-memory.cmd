run incident/two-users --max-mem 4GB
