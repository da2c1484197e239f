run incident/two-users -d redis-py-4.5.5/pool --certificate "$work/c" -qq; interleak verify "$work/c" --json | sed "s|$work|WORK|"
