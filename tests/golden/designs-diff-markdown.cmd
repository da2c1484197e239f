designs diff redis-py-4.5.5/pool redis-py-4.5.1/pool --verdicts incident/two-users regression/pipeline --markdown
