run incident/two-users -d patterns/shield --cancel-kind raise-at-every-await --cancel-at child --silent-server -i cancel-frees --why never
