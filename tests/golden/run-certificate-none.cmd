run incident/two-users -d redis-py-4.5.1/pool -i no-leak --why never --numbers none --certificate "$work/c"; ls "$work/c" 2>"$work/ls"
