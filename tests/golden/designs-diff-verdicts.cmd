designs diff redis-py-4.5.1/pool redis-py-4.5.5/pool --verdicts incident/two-users incident/waiters
