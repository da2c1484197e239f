export incident/two-users-cold -d redis-py-4.5.5/cluster --format csv -i no-lost-slot
