run incident/two-users -d nobody/knows-this
