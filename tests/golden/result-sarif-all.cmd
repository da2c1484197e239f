check scenarios/incident/two-users.json -d redis-py-4.5.1/cluster -qq --sarif $work/file --sarif-include all; cat $work/file
