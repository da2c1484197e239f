run incident/two-users -d 'redis-py-4.5.*/pool' --certificate "$work/c"
